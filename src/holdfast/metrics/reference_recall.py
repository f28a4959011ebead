"""Reference recall: how much of what the reference answer tells the answer tells too."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from holdfast.metric import Better, Failure, Outcome, Score, Trial
from holdfast.metrics.calling.statements import numbers_in, same_number
from holdfast.system import Spec

__all__ = ["ReferenceRecall"]

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_MARK = re.compile(r"\[\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*\]")
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
    their usual endings and by six letters at most; numbers by value, small ones also in words. A
    case whose reference is null cannot be answered: the score is 1 where the system declined, else
    0; declining any other case gives 0. As ROUGE-1 recall (Lin 2004) without empty words, it cannot
    see that an answer says too much, or *not* where it should not.
    """

    @property
    def spec(self) -> Spec:
        return Spec(name="reference_recall", version="2")

    @property
    def better(self) -> Better:
        return "higher"

    @property
    def bounds(self) -> tuple[float, float]:
        return (0.0, 1.0)

    def __call__(self, trial: Trial, /) -> Outcome:
        expected = trial.case.expected
        if not isinstance(expected, Mapping) or "answer" not in expected:
            return _failure(trial, 'has no reference; write "expected": {"answer": "..."}, or null')
        reference = expected["answer"]
        if reference is None:
            declined = trial.response.abstained
            return Score(float(declined), "declined" if declined else "answered what none can know")
        if not isinstance(reference, str):
            return _failure(trial, f"has the reference {reference!r:.60}; give a text or null")
        if trial.response.abstained:
            return Score(0.0, "declined")
        words, numbers = _wanted(reference, str(trial.case.input))
        if not words and not numbers:
            return _failure(trial, f"has a reference of empty words, {reference!r:.60}")
        return _score(words, numbers, said=trial.response.text)


def _score(words: frozenset[str], numbers: frozenset[Decimal], *, said: str) -> Score:
    found_words, found_numbers = _read(said)
    missing = [word for word in sorted(words) if word not in found_words]
    absent = [
        number
        for number in sorted(numbers)
        if not any(same_number(one, number) for one in found_numbers)
    ]
    count = len(words) + len(numbers)
    lost = len(missing) + len(absent)
    named = ", ".join([*map(str, absent), *(f"{word}…" for word in missing)][:4])
    why = f"{count - lost} of {count} words and numbers"
    return Score((count - lost) / count, f"{why}; not: {named}" if named else why)


def _wanted(reference: str, question: str) -> tuple[frozenset[str], frozenset[Decimal]]:
    """What only the reference tells; all of it where it repeats the question, as a choice does."""
    words, numbers = _read(reference)
    asked_words, asked_numbers = _read(question)
    new = words - asked_words, numbers - asked_numbers
    return new if any(new) else (words, numbers)


def _read(text: str) -> tuple[frozenset[str], frozenset[Decimal]]:
    plain = _MARK.sub(" ", text)
    words = [word.casefold() for word in _WORD.findall(plain)]
    spelled = {Decimal(_NUMBERS[word]) for word in words if word in _NUMBERS}
    stems = {_stem(word) for word in words if word not in _EMPTY and word not in _NUMBERS}
    return frozenset(stems), frozenset({*numbers_in(plain), *spelled})


def _stem(word: str) -> str:
    return _ENDING.sub("", word)[:_LETTERS]


def _failure(trial: Trial, problem: str) -> Failure:
    return Failure(stage="metric", error=f"case {trial.case.id!r} {problem}")
