"""A real server of another make: `transformers serve`, spoken to by the official client."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from systems.models.chat import Message, Request
from systems.models.local import LocalModel
from systems.models.openai_server import OpenAIModel

pytestmark = pytest.mark.filterwarnings("default")

pytest.importorskip("fastapi", reason="transformers[serving] is not installed")
pytest.importorskip("uvicorn", reason="transformers[serving] is not installed")


@pytest.fixture(scope="module")
def url(tiny, tmp_path_factory):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path_factory.mktemp("serve") / "log.txt"
    command = [str(Path(sys.executable).parent / "transformers"), "serve", str(tiny)]
    options = ["--host", "127.0.0.1", "--port", str(port), "--device", "cpu", "--dtype", "float32"]
    with log.open("wb") as output:
        server = subprocess.Popen(
            [*command, *options],
            env={**os.environ, "HF_HUB_OFFLINE": "1"},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert server.poll() is None, log.read_text(encoding="utf-8")
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        server.terminate()
        server.wait(timeout=20)


@pytest.mark.parametrize("text", ["when the ferry returns", "Who sold forty bottles?"])
def test_a_server_writes_what_the_same_model_writes_here(url, tiny, text):
    request = Request(messages=(Message(role="user", content=text),), max_tokens=12)
    served = OpenAIModel(model=str(tiny), base_url=url, omit=("stream_options",))
    here = LocalModel(model=str(tiny)).complete(request)
    there = served.complete(request)
    assert there.text == here.text and there.finish_reason == here.finish_reason
    assert there.usage == here.usage
    assert there.time_to_first_token > 0
