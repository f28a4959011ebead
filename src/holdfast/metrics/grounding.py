"""Grounding: what an answer says, and the texts that it may rest on."""

import re
from collections.abc import Mapping, Sequence

from holdfast.dataset import Case
from holdfast.errors import UsageError
from holdfast.metric import Failure, Trial
from holdfast.metrics.ranking import ranked
from holdfast.verifying.sentences import says_something, split

__all__ = [
    "CITATION",
    "check_declined",
    "citation_marks",
    "claimed",
    "read_reference",
    "read_texts",
]

_NUMBERS = re.compile(r"[\d\s,;]+")


CITATION = re.compile(r"\[(\d+(?:\s*[,;]\s*\d+)+|[^\[\]\s]{1,80})\]")
"""A citation such as `[2]`, `[2, 3]` or `[passage-id]`."""


def citation_marks(text: str) -> tuple[str, ...]:
    """Numbers and ids of the passages that a text cites, each once.

    >>> citation_marks("It sank [2, 3] at night [log-7] [2].")
    ('2', '3', 'log-7')
    """
    found = CITATION.findall(text)
    parts = (re.findall(r"\d+", one) if _NUMBERS.fullmatch(one) else [one] for one in found)
    return tuple(dict.fromkeys(mark for marks in parts for mark in marks))


def claimed(text: str) -> tuple[str, ...]:
    """Sentences of an answer that say something, without their citations.

    >>> claimed("Yes. The ferry leaves at 7.40 [2].")
    ('The ferry leaves at 7.40 .',)
    """
    said = (CITATION.sub("", one).strip() for one in split(text))
    return tuple(one for one in said if says_something(one))


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


def read_reference(case: Case) -> tuple[str, ...] | Failure:
    """Accepted answers of a case: `expected["answer"]`, or `expected` itself where it is a text.

    >>> read_reference(Case(id="a", input="When?", expected={"answer": ["7.40", "7:40"]}))
    ('7.40', '7:40')
    """
    expected = case.expected
    given = expected.get("answer") if isinstance(expected, Mapping) else expected
    found = [given] if isinstance(given, str) else given
    if isinstance(found, Sequence):
        accepted = tuple(one for one in found if isinstance(one, str) and says_something(one))
        if accepted and len(accepted) == len(found):
            return accepted
    return Failure(
        stage="metric",
        error=f"case {case.id!r} has no reference answer; write it as "
        '"expected": {"answer": "…"}, and score cases that have no answer with Abstention',
    )


def check_declined(name: str, declined: float | None) -> None:
    """Refuse a score of declined answers that is not between 0 and 1."""
    if declined is not None and not 0 <= declined <= 1:
        raise UsageError(f"{name}(declined={declined!r}): give a score from 0 to 1, or None")
