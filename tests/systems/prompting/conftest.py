"""A chat model that does by rule what a test needs, and a small shelf of examples."""

import json
from dataclasses import dataclass, field

import pytest

from holdfast.system import Spec, Usage
from systems.models.chat import Completion
from systems.prompting.shelf import Shelf
from systems.prompting.tasks import Tasks

SCHEMA = {
    "title": "crate",
    "description": "A note on a crate.",
    "type": "object",
    "properties": {
        "no": {"description": "number of the crate", "type": "string"},
        "kg": {"description": "weight", "type": ["number", "null"]},
        "kind": {"description": "what is in it", "type": "string", "enum": ["wet", "dry"]},
    },
    "required": ["no", "kg", "kind"],
    "additionalProperties": False,
}
ROWS = {
    "a": ("Crate K1 with fish weighs 4 kilograms.", {"no": "K1", "kg": 4, "kind": "wet"}),
    "b": ("Crate K2 with fish weighs 5 kilograms.", {"no": "K2", "kg": 5, "kind": "wet"}),
    "c": (
        "The weather was fine and nobody weighed K3, flour.",
        {"no": "K3", "kg": None, "kind": "dry"},
    ),
    "d": ("Crate K4 with oysters weighs 2.5 kilograms.", {"no": "K4", "kg": 2.5, "kind": "wet"}),
}


@dataclass(frozen=True)
class Rule:
    """Answers with what a function of the messages says, and remembers what it was asked."""

    say: object
    asked: list = field(default_factory=list)

    @property
    def spec(self):
        return Spec(name="rule")

    def complete(self, request):
        self.asked.append(request)
        text = self.say(request.messages)
        return Completion(text=text, usage=Usage(input_tokens=7, output_tokens=3, calls=1))

    def complete_all(self, requests):
        return tuple(map(self.complete, requests))


@pytest.fixture
def tasks(tmp_path):
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "crate.json").write_text(json.dumps(SCHEMA))
    return Tasks(folder=tmp_path / "schemas")


@pytest.fixture
def shelf(tmp_path):
    rows = [
        {"id": name, "input": {"schema": "crate", "text": text}, "expected": answer}
        for name, (text, answer) in ROWS.items()
    ]
    path = tmp_path / "dev.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return Shelf(path=path)


@pytest.fixture(scope="session")
def rule():
    """The class of chat models that answer by a function of the messages."""
    return Rule


@pytest.fixture(scope="session")
def rows():
    """Text and answer of each example, by id."""
    return ROWS
