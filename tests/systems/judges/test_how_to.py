"""The page on judges holds programs that run."""

import json
import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from holdfast.judges.judged import Judged
from tests.judge_server import prompt_of, schema_of, serving
from tests.trials import trial_of

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "ask-a-judge.md"


def rule(body):
    """Likes what is glad."""
    text = prompt_of(body)
    if "score" in schema_of(body)["properties"]:
        return json.dumps({"reason": "its words", "score": 5 if "glad" in text else 3})
    first = text.index("glad") < text.index("Second answer")
    return json.dumps({"reason": "its words", "choice": "first" if first else "second"})


@pytest.mark.skipif(find_spec("openai") is None, reason="openai is not installed")
def test_the_programs_of_the_page_run(capsys, monkeypatch):
    scores, pairs, own = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert scores.count("range(160)") == 1
    names = {}
    with serving(rule) as server:
        monkeypatch.setenv("HOLDFAST_JUDGE", "openai:m")
        monkeypatch.setenv("HOLDFAST_JUDGE_BASE_URL", server.url)
        exec(scores.replace("range(160)", "range(12)"), names)  # noqa: S102  # it is ours
        exec(pairs, names)  # noqa: S102  # it is ours
    assert capsys.readouterr().out == "0 12 0 p 1\nsame in both orders 100%, lean +0.00\n"
    assert names["found"].losses == 12
    exec(own, names)  # noqa: S102  # it is ours
    told = Judged(name="polite", by=names["Polite"]())(trial_of("I am glad to help."))
    assert told.value == 1.0 and told.why == "by its words"
