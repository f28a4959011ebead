"""Faults: wrong answers made from right ones, each wrong in every part that it has."""

import json
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Literal, TypeAlias, get_args

from holdfast.digest import Json, canonical
from holdfast.system import Passage, Response, ToolCall

__all__ = ["FAULTS", "PARTS", "Fault", "Part", "changed_parts", "empty", "negated", "nonsense"]
__all__ += ["shuffled", "truncated", "without"]

Fault = Literal["empty", "truncated", "shuffled", "negated"]
Plant: TypeAlias = Callable[[Response], Response | None]
"""Makes a wrong answer of a right one; None where that cannot be done."""
Part: TypeAlias = Literal["text", "data", "passages", "tool_calls", "abstained"]
FAULTS: tuple[Fault, ...] = get_args(Fault)
PARTS: tuple[Part, ...] = get_args(Part)

_TRIES = 200
_OPPOSITES = {"yes": "no", "no": "yes", "true": "false", "false": "true"}
_AUXILIARY = re.compile(
    r"\b(is|are|was|were|can|could|will|would|does|do|did|has|have|had|should|must|may)\b",
    re.IGNORECASE,
)
_NOT = re.compile(r"\bnot\s+", re.IGNORECASE)


def changed_parts(reference: Response, planted: Response) -> frozenset[Part]:
    """Parts in which two answers differ, of those that a metric of quality may read."""
    return frozenset(
        part
        for part in PARTS
        if canonical(_plain(reference, part)) != canonical(_plain(planted, part))
    )


def _plain(response: Response, part: Part) -> Json:
    if part == "passages":
        return [passage.id for passage in response.passages]
    if part == "tool_calls":
        return [[call.name, call.arguments] for call in response.tool_calls]
    value: Json = getattr(response, part)
    return value


def empty(reference: Response) -> Response | None:
    """An answer that says nothing; None where the reference says nothing either."""
    return _unless_same(reference, Response())


def truncated(reference: Response) -> Response | None:
    """The first half of the answer; None where there is no half of it.

    A shorter ranking is no wrong ranking, so passages stay as they are.
    """
    data = _half(reference.data)
    return _unless_same(
        reference,
        replace(
            reference,
            text=_half_text(reference.text),
            data=data,
            tool_calls=reference.tool_calls[: len(reference.tool_calls) // 2],
        ),
    )


def negated(reference: Response) -> Response | None:
    """The opposite: text and values negated, other passages, declining where it should answer."""
    data = _opposite(reference.data)
    written = reference.data is not None and not isinstance(reference.data, str)
    text = json.dumps(data, ensure_ascii=False) if written else _opposite_text(reference.text)
    return _unless_same(
        reference,
        replace(
            reference,
            text=text if reference.text else "",
            data=data,
            passages=tuple(_stranger(n) for n in range(len(reference.passages))),
            tool_calls=tuple(_opposite_call(call) for call in reference.tool_calls),
            abstained=not reference.abstained,
        ),
    )


def shuffled(references: Sequence[Response | None], *, seed: int = 0) -> list[Response | None]:
    """For each reference that of another case, wrong in text, values, calls and passages.

    None where no other case has such an answer; at most 200 others are tried.
    """
    order = [number for number, found in enumerate(references) if found is not None]
    random.Random(seed).shuffle(order)  # noqa: S311  # no secret
    place = {number: position for position, number in enumerate(order)}
    chosen: list[Response | None] = []
    for number, reference in enumerate(references):
        others = (
            references[order[(place[number] + step) % len(order)]]
            for step in range(1, min(_TRIES, len(order)))
            if reference is not None
        )
        found = next(
            (other for other in others if reference and other and _is_wrong(reference, other)),
            None,
        )
        chosen.append(found)
    return chosen


def without(reference: Response, part: Part) -> Response:
    """The reference with one part taken away; declining is turned round."""
    if part == "abstained":
        return replace(reference, abstained=not reference.abstained)
    return replace(reference, **{part: getattr(Response(), part)})


def nonsense(reference: Response, part: Part) -> Response:
    """The reference with one part that has nothing to do with any case."""
    strange: Mapping[Part, object] = {
        "text": "qzx vw 8417 jkq",
        "data": {"qzx": 8417},
        "passages": (_stranger(0),),
        "tool_calls": (ToolCall(name="no_such_tool"),),
        "abstained": not reference.abstained,
    }
    return replace(reference, **{part: strange[part]})


def _unless_same(reference: Response, planted: Response) -> Response | None:
    return planted if changed_parts(reference, planted) else None


def _is_wrong(reference: Response, other: Response) -> bool:
    """Whether the other answer shares nothing with the reference in any part that this one has."""
    if _folded(reference.text) == _folded(other.text) and reference.text:
        return False
    if reference.data is not None and canonical(reference.data) == canonical(other.data):
        return False
    names = {passage.id for passage in reference.passages}
    if names & {passage.id for passage in other.passages}:
        return False
    calls = {call.name + canonical(call.arguments) for call in reference.tool_calls}
    if calls & {call.name + canonical(call.arguments) for call in other.tool_calls}:
        return False
    return bool(changed_parts(reference, other))


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _half_text(text: str) -> str:
    words = text.split()
    if len(words) > 1:
        return " ".join(words[: len(words) // 2])
    return text[: len(text) // 2] if len(text) > 3 else text


def _half(value: Json) -> Json:
    if isinstance(value, str):
        return _half_text(value)
    if isinstance(value, Mapping):
        kept = list(value)[: len(value) // 2]
        return {name: value[name] for name in kept} if len(value) > 1 else value
    if isinstance(value, list | tuple):
        return list(value[: len(value) // 2]) if len(value) > 1 else value
    return value


def _opposite(value: Json) -> Json:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return -value if value else 1
    if isinstance(value, str):
        return _opposite_text(value)
    if isinstance(value, Mapping):
        return {name: _opposite(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_opposite(item) for item in value]
    return value


def _opposite_text(text: str) -> str:
    opposite = _OPPOSITES.get(text.strip().lower())
    if opposite is not None:
        return opposite.capitalize() if text.strip()[0].isupper() else opposite
    if not text.strip():
        return text
    shorter = _NOT.sub("", text, count=1)
    if shorter != text:
        return shorter
    longer = _AUXILIARY.sub(r"\1 not", text, count=1)
    return longer if longer != text else f"not {text}"


def _opposite_call(call: ToolCall) -> ToolCall:
    if not call.arguments:
        return replace(call, name=f"not_{call.name}")
    return replace(call, arguments={name: _opposite(v) for name, v in call.arguments.items()})


def _stranger(number: int) -> Passage:
    return Passage(id=f"no such passage {number + 1}")
