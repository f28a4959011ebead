"""Grounding: what an answer cites, and the texts that it may rest on."""

import re
from collections.abc import Container, Mapping, Sequence

from holdfast.dataset import Case
from holdfast.digest import Json
from holdfast.errors import UsageError
from holdfast.metric import Failure, Trial
from holdfast.metrics.assent import ASSENT_VERSION, read_assent
from holdfast.metrics.ranking import ranked
from holdfast.metrics.relevance import check_answerable
from holdfast.verifying.sentences import CITATION as _CITATION
from holdfast.verifying.sentences import (
    CITATION_LABEL,
    SENTENCES_VERSION,
    says_something,
)

__all__ = [
    "CITATION",
    "GROUNDING_VERSION",
    "check_declined",
    "citation_marks",
    "read_question",
    "read_reference",
    "read_texts",
]

GROUNDING_VERSION = f"2-sentences-{SENTENCES_VERSION}-assent-{ASSENT_VERSION}"
"""Raised whenever other citations or references may be read from the same text."""

_RANGE = re.compile(r"(\d{1,3})(?:\s*[–-]\s*(\d{1,3}))?")
_NUMBERS = re.compile(rf"{_RANGE.pattern}(?:\s*[,;]\s*{_RANGE.pattern})*")

_WITHIN = re.compile(rf"\s?{CITATION_LABEL}({_NUMBERS.pattern})(?:\u2020.*)?\s?")

CITATION = re.compile(_CITATION)
"""A citation: `[2]`, `[2-4, 6]`, `[Source 2]`, the same in 【】, `[passage-id]`, `[id-1, id-2]`."""


def citation_marks(text: str, *, known: Container[str] = ()) -> tuple[str, ...]:
    """Numbers and ids of the passages that a text cites, each once.

    A range stands for each of its numbers, unless it is one of the `known` ids.

    >>> citation_marks("It sank [2, 3] at night [log-7] [2-4].")
    ('2', '3', 'log-7', '4')
    """
    found = (one[1:-1] for one in CITATION.findall(text))
    return tuple(dict.fromkeys(mark for one in found for mark in _marks(one, known)))


def _marks(cited: str, known: Container[str]) -> Sequence[str]:
    if cited in known:
        return [cited]
    numbered = _WITHIN.fullmatch(cited)
    if not numbered:
        return re.split(r"\s*[,;]\s*", cited)
    spans = [sorted((int(one), int(other or one))) for one, other in _RANGE.findall(numbered[1])]
    return [str(number) for low, high in spans for number in range(low, high + 1)]


def read_texts(trial: Trial, texts: Mapping[str, str]) -> tuple[str, ...] | Failure:
    """Texts of the passages that a system returned, best rank first.

    A passage without a text is looked up by its id in `texts`.
    """
    if not trial.response.passages:
        return Failure(
            stage="metric",
            error="the answer comes with no passages; return those that the system read",
        )
    try:
        passages = ranked(trial.response.passages)
    except UsageError as error:
        return Failure(stage="system", error=str(error))
    found = tuple(passage.text or texts.get(passage.id, "") for passage in passages)
    if all(found):
        return found
    bare = next(one.id for one, text in zip(passages, found, strict=True) if not text)
    return Failure(
        stage="metric",
        error=f"passage {bare!r} has no text; let the system return Passage(text=…), or give the "
        "metric the texts by id",
    )


def read_question(case: Case) -> str:
    """The question of a case: its input, or the text under `question`; empty where it has none."""
    given: Json = case.input
    asked = given.get("question") if isinstance(given, Mapping) else given
    return asked.strip() if isinstance(asked, str) else ""


def read_reference(case: Case) -> tuple[str, ...] | Failure:
    """Accepted answers of a case: `expected["answer"]`, or `expected` itself where it is a text.

    `Yes.` and `No.` are answers.

    >>> read_reference(Case(id="a", input="When?", expected={"answer": ["7.40", "7:40"]}))
    ('7.40', '7:40')

    Raises:
        DatasetError: the case contradicts itself, see `check_answerable`.
    """
    check_answerable(case)
    expected = case.expected
    given = expected.get("answer") if isinstance(expected, Mapping) else expected
    found = [given] if isinstance(given, str) else given
    if isinstance(found, Sequence):
        accepted = tuple(one for one in found if isinstance(one, str) and _tells(one))
        if accepted and len(accepted) == len(found):
            return accepted
    return Failure(
        stage="metric",
        error=f"case {case.id!r} has no reference answer; write it as "
        '"expected": {"answer": "…"}, and score cases that have no answer with Abstention',
    )


def _tells(reference: str) -> bool:
    return says_something(reference) or read_assent(reference) is not None


def check_declined(name: str, declined: float | None) -> None:
    """Refuse a score of declined answers that is not between 0 and 1."""
    if declined is not None and not 0 <= declined <= 1:
        raise UsageError(f"{name}(declined={declined!r}): give a score from 0 to 1, or None")
