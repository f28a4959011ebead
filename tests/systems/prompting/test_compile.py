import json

import pytest

from holdfast.prompts import Prompt
from systems.prompting import variants
from systems.prompting.compile import Compiled, compile_prompt, compile_task, prompt_text
from systems.prompting.extraction import Extraction

pytest.importorskip("dspy", reason="DSPy is not installed")

BASE = """+++
about = "By hand."
examples = {select = "first", count = 2}
+++
# system
Extract.

# user for each example
{{ example.text }}

# assistant for each example
{{ example.answer | json }}

# user
{{ text }}
"""


def base():
    return Prompt(name="extraction", version=1, text=BASE)


@pytest.fixture
def taught(rule, rows):
    """Knows every answer, and gives it only after the example of a crate without weight."""
    answers, key = dict(rows.values()), rows["c"][0]

    def say(messages):
        shown = [turn.content for turn in messages[1:-1]]
        text = messages[-1].content
        return json.dumps(answers[text]) if key in (*shown, text) else "{}"

    return rule(say)


def test_the_optimizer_finds_the_example_that_helps(tasks, shelf, taught):
    found = compile_task(tasks["crate"], shelf.examples, prompt=base(), model=taught, candidates=3)
    assert "c" in found.ids
    assert len(found.ids) <= 2
    assert found.score == 1.0
    assert all(
        turns[-1].content not in [turn.content for turn in turns[:-1]]
        for turns in (request.messages for request in taught.asked)
    ), "an example was asked about while it was shown"


def test_the_compiled_version_asks_what_the_program_asked(tasks, shelf, taught, rows):
    from systems.prompting.program import PromptAdapter, case_of

    ids = ("c", "a")
    compiled = [Compiled(task="crate", ids=ids, score=1.0)]
    text = prompt_text(base(), compiled, about={"optimizer": "dspy"})
    prompt = Prompt(name="extraction", version=2, text=text)
    assert prompt.settings["compiled"] == {"optimizer": "dspy"}
    extraction = Extraction(prompt=prompt, model=taught, tasks=tasks, shelf=shelf)
    extraction({"schema": "crate", "text": rows["d"][0]})
    demos = [case_of(one) for name in ids for one in shelf.examples if one.id == name]
    adapter = PromptAdapter(base(), tasks["crate"])
    said = adapter.format(None, demos, {"text": rows["d"][0]})
    asked = extraction.model.asked[-1].messages
    assert [(turn.role, turn.content) for turn in asked] == [
        (turn["role"], turn["content"]) for turn in said
    ]


def test_the_whole_prompt_compiles_to_a_version_that_can_be_read(rule):
    answers = {example.text: example.answer for example in variants.DEV.examples}

    def say(messages):
        return json.dumps(answers[messages[-1].content]) if len(messages) > 2 else "{}"

    written = variants.PROMPTS.read("extraction", version=3)
    text = compile_prompt(written, model=rule(say), candidates=0)
    prompt = Prompt(name="extraction", version=9, text=text)
    ids = prompt.settings["examples"]["ids"]
    assert set(ids) == set(variants.TASKS.names)
    by_id = {example.id: example for example in variants.DEV.examples}
    for task, chosen in ids.items():
        assert 1 <= len(chosen) <= 3
        assert all(by_id[one].task == task for one in chosen)
    assert prompt.settings["compiled"]["dev_recall"] == "1.000"
    assert prompt.text.split("+++\n", 2)[2] == written.text.split("+++\n", 2)[2]
