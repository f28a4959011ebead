"""Reference recall: how much of what the reference answer tells the answer tells too."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from holdfast.digest import Json
from holdfast.metric import Better, Failure, Outcome, Score, Trial
from holdfast.metrics.assent import (
    opening_assent,
    read_assent,
    restated_assent,
    score_assent,
)
from holdfast.metrics.calling.statements import numbers_in
from holdfast.metrics.declining import declined, elsewhere
from holdfast.metrics.grounding import CITATION, GROUNDING_VERSION, citation_marks
from holdfast.metrics.relevance import check_answerable
from holdfast.system import Spec

__all__ = ["ReferenceRecall"]

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_PLACE = re.compile(r"\d{1,3}")
_ENDING = re.compile(r"(?<=\w{3})(?:['’]s|ing|ed|es|s|e)$")
_LETTERS = 6
_COUNTING = "zero one two three four five six seven eight nine ten eleven twelve"
_NUMBERS = {word: str(number) for number, word in enumerate(_COUNTING.split())}
_NAUGHT = (
    "a an the of to in on at by for from with and or but as if then than that this these those it "
    "its is are was were be been has have had do does did will would may can could should must not "
    "no yes he she they we you i his her their our your there which who whom what when where why "
    "how so only also up about into per after before each every any all some"
)
_EMPTY = frozenset(_NAUGHT.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceRecall:
    """Share of the numbers and content words of `expected["answer"]` that the answer holds.

    Words of the question do not count, for repeating it tells nothing. Words are compared without
    their usual endings and by six letters at most; numbers by value, so that 7 is not 7.40, small
    ones also in words, and a sign may be said in words. Where the reference begins with yes or no,
    an answer that says the other is worth nothing, and one that says the same holds one thing more;
    where the rest only repeats the question, yes or no is all that counts. Numbers and ids in
    brackets that cite a passage are no part of an answer.

    A case whose reference is null cannot be answered: the score is 1 where the system declined,
    else 0; declining any other case gives 0. As ROUGE-1 recall (Lin 2004) without empty words, it
    cannot see that an answer says too much, or *not* where it should not.

    >>> ReferenceRecall().spec.label, ReferenceRecall(exact_numbers=True).spec.label
    ('reference_recall', 'reference_recall(exact_numbers=true)')
    """

    exact_numbers: bool = False
    """An answer that lacks a number of the reference scores a half at most, for no words make up
    for a wrong sum: what `ErrorCause` needs to tell right from wrong."""

    @property
    def spec(self) -> Spec:
        params: dict[str, Json] = {"exact_numbers": True} if self.exact_numbers else {}
        version = f"4-grounding-{GROUNDING_VERSION}"
        return Spec(name="reference_recall", params=params, version=version)

    @property
    def better(self) -> Better:
        return "higher"

    @property
    def bounds(self) -> tuple[float, float]:
        return (0.0, 1.0)

    def __call__(self, trial: Trial, /) -> Outcome:
        check_answerable(trial.case)
        expected = trial.case.expected
        if not isinstance(expected, Mapping) or "answer" not in expected:
            return _failure(trial, 'has no reference; write "expected": {"answer": "..."}, or null')
        reference = expected["answer"]
        if reference is None:
            right = declined(trial.response)
            return Score(float(right), "declined" if right else "answered what none can know")
        if not isinstance(reference, str):
            return _failure(trial, f"has the reference {reference!r:.60}; give a text or null")
        if declined(trial.response):
            return Score(0.0, "declined")
        unread = elsewhere(trial.response, wanted=("answer", "text"))
        return unread or _told(trial, reference, exact=self.exact_numbers)


def _told(trial: Trial, reference: str, *, exact: bool) -> Outcome:
    question, said = str(trial.case.input), _uncited(trial)
    words, numbers = _new(reference, question)
    decided, told = read_assent(reference), opening_assent(said)
    alone = not words and not numbers
    if decided is not None and alone:
        return score_assent(told=restated_assent(said, question=question), decided=decided)
    if decided is not None and told is (not decided):
        return score_assent(told=told, decided=decided)
    if alone:
        words, numbers = _read(reference)
    if not words and not numbers:
        return _failure(trial, f"has a reference of empty words, {reference!r:.60}")
    wanted = _Wanted(words, numbers, agreed=decided is not None and told is decided)
    return _score(wanted, said=said, exact=exact)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What an answer is to hold."""

    words: frozenset[str]
    numbers: frozenset[Decimal]
    agreed: bool
    """It holds the yes or no of the reference, which counts as one thing more."""

    @property
    def count(self) -> int:
        return len(self.words) + len(self.numbers) + self.agreed


def _score(wanted: _Wanted, *, said: str, exact: bool) -> Score:
    found_words, found_numbers = _read(said)
    missing = [word for word in sorted(wanted.words) if word not in found_words]
    absent = [
        number
        for number in sorted(wanted.numbers)
        if number not in found_numbers and not (number < 0 and -number in found_numbers)
    ]
    count, lost = wanted.count, len(missing) + len(absent)
    share = (count - lost) / count
    named = ", ".join([*map(str, absent), *(f"{word}…" for word in missing)][:4])
    why = f"{count - lost} of {count} words and numbers"
    why = f"{why}; not: {named}" if named else why
    if exact and absent:
        return Score(min(0.5, share), f"{why}; a number is missing")
    return Score(share, why)


def _new(reference: str, question: str) -> tuple[frozenset[str], frozenset[Decimal]]:
    """What only the reference tells."""
    words, numbers = _read(reference)
    asked_words, asked_numbers = _read(question)
    return words - asked_words, numbers - asked_numbers


def _uncited(trial: Trial) -> str:
    """The answer without the numbers and ids by which it cites its passages."""
    known = {passage.id for passage in trial.response.passages}

    def kept(found: re.Match[str]) -> str:
        marks = citation_marks(found[0], known=known)
        cites = all(mark in known or _PLACE.fullmatch(mark) for mark in marks)
        return " " if cites else found[0]

    return CITATION.sub(kept, trial.response.text)


def _read(text: str) -> tuple[frozenset[str], frozenset[Decimal]]:
    words = [word.casefold() for word in _WORD.findall(text)]
    spelled = {Decimal(_NUMBERS[word]) for word in words if word in _NUMBERS}
    stems = {_stem(word) for word in words if word not in _EMPTY and word not in _NUMBERS}
    return frozenset(stems), frozenset({*numbers_in(text), *spelled})


def _stem(word: str) -> str:
    return _ENDING.sub("", word)[:_LETTERS]


def _failure(trial: Trial, problem: str) -> Failure:
    return Failure(stage="metric", error=f"case {trial.case.id!r} {problem}")
