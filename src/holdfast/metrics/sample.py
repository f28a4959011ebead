"""Sample: what judges and other libraries of metrics want to know of one trial."""

from collections.abc import Mapping
from dataclasses import dataclass

from holdfast.dataset import Case
from holdfast.digest import Json, canonical
from holdfast.metric import Failure, Trial
from holdfast.metrics.ranking import ranked
from holdfast.metrics.relevance import read_grades
from holdfast.system import ToolCall

__all__ = ["Sample", "read_sample"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A question, its answer and what belongs to them; None where the trial does not tell.

    An empty text or list says that there was nothing, as when a system retrieved no passage.
    """

    question: str
    answer: str
    retrieved: tuple[str, ...] | None = None
    """Texts of the retrieved passages, best first; None where one of them has no text."""
    retrieved_ids: tuple[str, ...] = ()
    """Their ids, in the same order."""
    reference: str | None = None
    """The answer that a person would give."""
    reference_contexts: tuple[str, ...] | None = None
    """Texts of the passages that should have been found."""
    reference_ids: tuple[str, ...] | None = None
    """Ids of the passages that should have been found."""
    calls: tuple[ToolCall, ...] = ()
    """Calls of tools that the system made."""
    expected_calls: tuple[ToolCall, ...] | None = None
    """Calls that are right, with arguments where the case accepts one value of each alone."""


def read_sample(trial: Trial) -> Sample:
    """Sample of a trial whose case is written as the metrics of holdfast read it.

    The question is the input where that is text, else its `question`, else the input as JSON. The
    answer is the text of the response, else its structured answer as JSON. Of `expected` are read:
    `answer` (or `expected` itself, where it is text), `contexts` (a list of texts), `passages`
    (those with a grade above zero), and `calls`.
    """
    expected = trial.case.expected
    fields: Mapping[str, Json] = expected if isinstance(expected, Mapping) else {}
    response = trial.response
    passages = ranked(response.passages)
    texts = tuple(passage.text for passage in passages)
    return Sample(
        question=_question(trial.case.input),
        answer=_text(response.text or response.data),
        retrieved=texts if all(texts) else None,
        retrieved_ids=tuple(passage.id for passage in passages),
        reference=_reference(expected if isinstance(expected, str) else fields.get("answer")),
        reference_contexts=_texts(fields.get("contexts")),
        reference_ids=_relevant(trial.case),
        calls=response.tool_calls,
        expected_calls=_calls(fields.get("calls")),
    )


def _question(given: Json) -> str:
    if isinstance(given, Mapping) and isinstance(given.get("question"), str):
        return _text(given["question"])
    return _text(given)


def _text(value: Json) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else canonical(value)


def _reference(value: Json) -> str | None:
    return None if value is None else _text(value)


def _texts(value: Json) -> tuple[str, ...] | None:
    if not isinstance(value, list | tuple):
        return None
    return tuple(_text(item) for item in value)


def _relevant(case: Case) -> tuple[str, ...] | None:
    grades = read_grades(case)
    if isinstance(grades, Failure):
        return None
    return tuple(identity for identity, grade in grades.items() if grade > 0)


def _calls(value: Json) -> tuple[ToolCall, ...] | None:
    """Accepted calls in the form of `ToolCalls`; None where any of several tools is right."""
    if not isinstance(value, list | tuple):
        return None
    calls: list[ToolCall] = []
    for accepted in value:
        if not isinstance(accepted, Mapping) or len(accepted) != 1:
            return None
        [(name, arguments)] = accepted.items()
        calls.append(ToolCall(name=name, arguments=_only(arguments)))
    return tuple(calls)


def _only(arguments: Json) -> dict[str, Json]:
    """Arguments whose accepted values are one; of the others any one could be meant."""
    found: dict[str, Json] = {}
    for name, values in arguments.items() if isinstance(arguments, Mapping) else ():
        if isinstance(values, list | tuple) and len(values) == 1:
            found[name] = values[0]
    return found
