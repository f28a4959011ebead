"""Suites over judges: answers whose faults were planted, and pairs in both orders."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from holdfast.dataset import Case, Dataset
from holdfast.metric import Outcome, Score, Trial
from holdfast.metrics import Latency, TotalTokens, is_answerable, metric
from holdfast.metrics.relevance import read_grades
from holdfast.policy import Policy
from holdfast.readers import Filtered, read_jsonl
from holdfast.suite import Suite
from systems.rag.handbook import CORPUS

__all__ = ["JUDGE_CORRECTNESS", "JUDGE_FAITHFULNESS", "JUDGE_PREFERENCE", "agreement"]

_QUESTIONS = read_jsonl(
    Path(__file__).resolve().parents[1] / "datasets" / "handbook" / "dev.jsonl",
    name="handbook-dev",
)
_NUMBER = re.compile(r"\d+")
_MIDDLE = 3
"""Grades above it say that the answer may be used."""


@metric(version="1")
def agreement(trial: Trial) -> Outcome:
    """The judge accepts the answer where it is right, and refuses it where a fault was planted."""
    grade = trial.response.data["score"]
    accepted = grade > _MIDDLE
    return Score(float(accepted is trial.case.expected["answer"]), f"grade {grade}")


@metric(version="1")
def right_choice(trial: Trial) -> Outcome:
    """The judge prefers the answer that speaks to the question; a tie is half of it."""
    choice = trial.response.data["choice"]
    value = 0.5 if choice == "tie" else float(choice == trial.case.expected["answer"])
    return Score(value, choice)


@metric(version="1", bounds=(-0.5, 0.5))
def lean(trial: Trial) -> Outcome:
    """How far it leans to the answer shown first; over both orders of a pair this must be 0."""
    return Score({"first": 0.5, "second": -0.5, "tie": 0.0}[trial.response.data["choice"]])


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """Cases that are made of the handbook's development questions, anew at each walk."""

    beside: str
    """What the judge sees beside question and answer: `passages` or `reference`."""

    def __iter__(self) -> Iterator[Case]:
        questions = list(Filtered(_QUESTIONS, keep=is_answerable))
        texts = {section.id: section.text for section in CORPUS.sections}
        for case, stranger in zip(questions, _strangers(questions), strict=True):
            right = case.expected["answer"]
            shown = (
                [texts[one] for one, grade in read_grades(case).items() if grade > 0]
                if self.beside == "passages"
                else right
            )
            wrong, fault = _with_fault(right, stranger.expected["answer"])
            for name, answer in (("right", right), (fault, wrong)):
                yield Case(
                    id=f"{case.id}-{'right' if answer == right else 'wrong'}",
                    input={"question": case.input, "answer": answer, self.beside: shown},
                    expected={"answer": answer == right},
                    tags=(name,),
                    cluster=case.cluster,
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """The right answer beside one to another question, in both orders, as one cluster."""

    def __iter__(self) -> Iterator[Case]:
        questions = list(Filtered(_QUESTIONS, keep=is_answerable))
        for case, stranger in zip(questions, _strangers(questions), strict=True):
            right, wrong = case.expected["answer"], stranger.expected["answer"]
            for place, pair in (("first", (right, wrong)), ("second", (wrong, right))):
                yield Case(
                    id=f"{case.id}-{place}",
                    input={"question": case.input, "first": pair[0], "second": pair[1]},
                    expected={"answer": place},
                    tags=(f"right-{place}",),
                    cluster=case.id,
                )


def _strangers(questions: list[Case]) -> list[Case]:
    """For each question one of another cluster, half the list away or the next after it."""
    found = []
    for place, case in enumerate(questions):
        turned = questions[place + len(questions) // 2 :] + questions
        found.append(next(one for one in turned if one.cluster != case.cluster))
    return found


def _with_fault(right: str, other: str) -> tuple[str, str]:
    """The answer with its first number changed; where it has none, the answer to another one."""
    number = _NUMBER.search(right)
    if number is None:
        return other, "other-answer"
    changed = str(int(number[0]) + max(1, int(number[0]) // 3))
    return f"{right[: number.start()]}{changed}{right[number.end() :]}", "changed-number"


def _graded(name: str, beside: str) -> Suite:
    return Suite(
        name=f"judge-{name}",
        dataset=Dataset(name=f"planted-{beside}", cases=Planted(beside=beside)),
        metrics=(agreement, TotalTokens(), Latency()),
        policies=(
            Policy(metric="agreement", margin=0.1),
            Policy(metric="total_tokens", margin=0.1, role="info"),
            Policy(metric="latency", role="info"),
        ),
    )


JUDGE_FAITHFULNESS = _graded("faithfulness", "passages")
JUDGE_CORRECTNESS = _graded("correctness", "reference")
JUDGE_PREFERENCE = Suite(
    name="judge-preference",
    dataset=Dataset(name="planted-pairs", cases=Pairs()),
    metrics=(right_choice, lean, Latency()),
    policies=(
        Policy(metric="right_choice", margin=0.1),
        Policy(metric="lean", role="info"),
        Policy(metric="latency", role="info"),
    ),
)
