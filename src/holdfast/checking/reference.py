"""Reference: the answer of a case that deserves the best score."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from holdfast.dataset import Case
from holdfast.digest import Json
from holdfast.metric import Failure
from holdfast.metrics.calling.accepted import example_calls
from holdfast.metrics.relevance import read_grades
from holdfast.system import Passage, Response, ToolCall

__all__ = ["as_answer", "reference_of"]

_DECLINING = ("abstained", "abstain", "refusal", "unanswerable")
_PARTS = ("passages", "tool_calls", "calls", "states", "recovery", *_DECLINING)


def reference_of(case: Case) -> Response | None:
    """The reference answer by the conventions of `Case.expected`; None where there is none.

    - `expected["answer"]`, else `expected` itself, is the text and the structured answer; JSON that
      is not text is written as text, too.
    - Relevance judgments, as the retrieval metrics read them, are the passages, best grade first.
      Where no passage is relevant, or `expected["abstained"]` is true, the reference declines.
    - `expected["tool_calls"]`, a list of names with arguments, are the tool calls; so are
      `expected["calls"]` with the first accepted value of each argument.
    - `expected["states"]` is what the text says and the last tool gave back, in the first wording
      of each. With `expected["recovery"]` the first call failed, and `report` says so.

    >>> reference_of(Case(id="a", input="1 + 1", expected="2")).text
    '2'
    >>> judged = Case(id="b", input="?", expected={"passages": {"p": 1, "q": 2}})
    >>> [passage.id for passage in reference_of(judged).passages]
    ['q', 'p']
    >>> reference_of(Case(id="c", input="?", expected={"passages": {}})).abstained
    True
    """
    expected = case.expected
    if expected is None:
        return None
    answer, grades = as_answer(expected), _grades(case)
    told = _text(answer) or _told(expected)
    ranked = sorted(grades or (), key=lambda name: (-(grades or {})[name], name))
    relevant = [name for name in ranked if (grades or {})[name] > 0]
    return Response(
        text=told,
        data=answer,
        passages=tuple(Passage(id=name) for name in relevant),
        tool_calls=_tool_calls(expected) or _carried_out(case, told),
        abstained=_declines(expected) or (grades is not None and not relevant),
    )


def _grades(case: Case) -> Mapping[str, float] | None:
    """The relevance judgments; None where the case has none."""
    found = read_grades(case)
    if isinstance(found, Failure):
        return None
    # A flag alone reads like a passage with a grade.
    flags = isinstance(case.expected, Mapping) and set(case.expected) <= {*_DECLINING, "answer"}
    return None if flags and case.expected else found


def as_answer(expected: Json) -> Json:
    """The part of the expected value that is a text or a structured answer; None without one."""
    if isinstance(expected, Mapping):
        if "answer" in expected:
            return expected["answer"]
        if expected and all(name in _PARTS for name in expected):
            return None
    return None if _is_tool_list(expected) else expected


def _text(answer: Json) -> str:
    if answer is None:
        return ""
    return answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)


def _told(expected: Json) -> str:
    """What an answer must state, in the first wording of each statement."""
    states = expected.get("states") if isinstance(expected, Mapping) else None
    first = [
        one[0] if isinstance(one, list | tuple) and one else one
        for one in (states if isinstance(states, list | tuple) else ())
    ]
    reports = isinstance(expected, Mapping) and expected.get("recovery") == "report"
    if isinstance(states, list | tuple) and not first:
        return "Sorry, that did not work." if reports else "There is nothing to tell."
    return ", ".join([*map(_text, first), *(["that did not work, sorry"] if reports else [])])


def _carried_out(case: Case, told: str) -> tuple[ToolCall, ...]:
    calls = list(example_calls(case))
    recovers = isinstance(case.expected, Mapping) and "recovery" in case.expected
    if calls and told:
        calls[-1] = replace(calls[-1], result=told)
    if calls and recovers:
        calls[0] = replace(calls[0], result="error: not available", failed=True)
    return tuple(calls)


def _declines(expected: Json) -> bool:
    return isinstance(expected, Mapping) and any(expected.get(name) is True for name in _DECLINING)


def _tool_calls(expected: Json) -> tuple[ToolCall, ...]:
    listed = expected.get("tool_calls") if isinstance(expected, Mapping) else expected
    if not _is_tool_list(listed):
        return ()
    calls = cast("list[Mapping[str, Json]]", listed)
    return tuple(
        ToolCall(
            name=cast("str", call["name"]),
            arguments=cast("Mapping[str, Json]", call.get("arguments") or {}),
        )
        for call in calls
    )


def _is_tool_list(value: Json) -> bool:
    return (
        isinstance(value, list | tuple)
        and len(value) > 0
        and all(
            isinstance(call, Mapping)
            and isinstance(call.get("name"), str)
            and isinstance(call.get("arguments") or {}, Mapping)
            and set(call) <= {"name", "arguments", "id"}
            for call in value
        )
    )
