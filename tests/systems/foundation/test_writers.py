import math
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from holdfast.errors import UsageError
from systems.foundation.__main__ import main
from systems.foundation.perplexity import Surprise
from systems.foundation.writers import SideBySide

pytestmark = pytest.mark.filterwarnings("default")

ROOT = Path(__file__).parents[3]


def test_both_continuations_and_a_second_one_are_told(local):
    found = SideBySide(model=local)({"prompt": "ferry", "max_tokens": 5, "stop": ["zq"]})
    assert found.data["by_hand"] == found.data["by_library"] == found.data["again"]
    assert found.text == found.data["by_hand"]["text"]
    assert found.usage.output_tokens == len(found.data["by_hand"]["tokens"]) <= 5
    assert set(found.timings) == {"by_hand", "by_library"}


@pytest.mark.parametrize("wrong", [{"prompt": "x", "topk": 3}, {"text": "x"}, {"prompt": 3}])
def test_an_input_that_means_nothing_is_refused(local, wrong):
    with pytest.raises(UsageError, match="an input holds 'prompt'"):
        SideBySide(model=local)(wrong)


def test_a_prompt_that_is_too_long_is_refused(local):
    with pytest.raises(UsageError, match="reads 256"):
        SideBySide(model=local)({"prompt": "meter " * 2000})


def test_the_spec_follows_the_model(local, tiny):
    assert SideBySide(model=local).spec.artifacts == {"model": local.spec.digest}
    assert Surprise(model=local).spec.params == {"model": tiny.name}


def test_surprise_is_the_likelihood_of_the_text(local, network):
    import torch

    text = "the ferry returns"
    found = Surprise(model=local)(text).data
    ids = [min(network.ends), *network.tokenizer(text)["input_ids"]]
    # The library's own loss is a mean over the predicted tokens.
    with torch.inference_mode():
        loss = network.model(torch.tensor([ids]), labels=torch.tensor([ids])).loss
    assert found["tokens"] == len(ids) - 1 and found["bytes"] == len(text)
    assert found["nats"] / found["tokens"] == pytest.approx(float(loss), rel=1e-5)
    assert math.exp(found["nats"] / found["tokens"]) > 1


@pytest.mark.parametrize("text", ["", "meter " * 300])
def test_a_text_that_cannot_be_read_is_refused(local, text):
    with pytest.raises(UsageError, match="the model reads 1 to 255"):
        Surprise(model=local)(text)


def test_the_command_shows_both(tiny, monkeypatch):
    monkeypatch.setenv("HOLDFAST_MODEL", str(tiny))
    ran = CliRunner().invoke(main, ["ferry", "--max-tokens", "4", "--temperature", "0.9"])
    assert ran.exit_code == 0, ran.output
    assert "by hand (" in ran.output and "generate() (" in ran.output
    assert ran.output.endswith("the same tokens\n")


def test_the_command_says_what_is_wrong(monkeypatch):
    monkeypatch.setenv("HOLDFAST_MODEL", "openai:m")
    ran = CliRunner().invoke(main, ["ferry"])
    assert ran.exit_code == 4 and "needs one in this process" in ran.output


def test_the_help_teaches():
    shown = subprocess.run(
        [sys.executable, "-m", "systems.foundation", "--help"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    ).stdout
    assert 'python -m systems.foundation "When does the ferry leave?"' in shown
