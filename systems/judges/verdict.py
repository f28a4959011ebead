"""Verdict: what a judge's model completed, read strictly."""

from collections.abc import Mapping, Sequence

from holdfast.digest import Json
from systems.models.chat import Completion
from systems.prompting.reading import read_object

__all__ = ["NoVerdict", "read_verdict", "verdict_schema", "whole_text"]

_SHOWN = 200


class NoVerdict(Exception):
    """The judge refused, was cut, or said something else than a verdict."""


def verdict_schema(name: str, choices: Sequence[Json]) -> dict[str, Json]:
    """JSON Schema of a verdict: its reason first, so that the choice follows from it."""
    kind = "string" if isinstance(choices[0], str) else "integer"
    return {
        "type": "object",
        "properties": {"reason": {"type": "string"}, name: {"type": kind, "enum": list(choices)}},
        "required": ["reason", name],
        "additionalProperties": False,
    }


def read_verdict(completion: Completion, name: str, choices: Sequence[Json]) -> Mapping[str, Json]:
    """The verdict: its choice under the name, and its reason.

    Raises:
        NoVerdict: there is none, or it is not one of the choices.
    """
    found = read_object(whole_text(completion))
    if found is None or set(found) != {"reason", name}:
        raise NoVerdict(f"the judge's answer is no verdict: {completion.text!r:.{_SHOWN}}")
    reason, choice = found["reason"], found[name]
    # True is 1 to Python, and no grade.
    known = choice in choices and not isinstance(choice, bool)
    if not isinstance(reason, str) or not known:
        raise NoVerdict(f"the judge's verdict is {found!r:.{_SHOWN}}, not one of {list(choices)}")
    return found


def whole_text(completion: Completion) -> str:
    """The text of a completion that came to its end.

    Raises:
        NoVerdict: the judge refused, or its answer was cut.
    """
    if completion.finish_reason == "refusal":
        raise NoVerdict("the judge refused to answer")
    if completion.finish_reason == "length":
        raise NoVerdict(
            f"the judge's answer was cut after {completion.usage.output_tokens} tokens; give it "
            "more with max_tokens in its prompt"
        )
    return completion.text
