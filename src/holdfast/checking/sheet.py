"""Sheet: right and planted wrong answers of every case, and what the metrics say of them."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from holdfast.checking import faults
from holdfast.checking.faults import PARTS, Fault, Part, Plant, changed_parts
from holdfast.checking.scores import Question, score_all
from holdfast.dataset import Case
from holdfast.metric import Metric, Outcome
from holdfast.options import RunOptions
from holdfast.system import Response

__all__ = ["CHANGES", "Sheet"]

CHANGES = ("without", "nonsense")
"""How a part of a reference is changed to see whether a metric reads it."""
_PROBED = 20

Answers = Sequence[Response | None]


class Sheet:
    """The answers of every case under the names of what they are, and what the metrics say.

    `references` are right; `planted` holds wrong ones by kind of fault. None where a case has no
    such answer.
    """

    def __init__(self, cases: Sequence[Case], references: Answers) -> None:
        self.cases = cases
        self.references = references
        self.planted: Mapping[Fault, Answers] = {
            "empty": _each(faults.empty, references),
            "truncated": _each(faults.truncated, references),
            "shuffled": faults.shuffled(references),
            "negated": _each(faults.negated, references),
        }
        self._answers: dict[str, Answers] = {"reference": references, **self.planted}
        self._answers |= _probes(references, self.planted)
        self._outcomes: dict[str, list[dict[str, Outcome]]] = {}

    def score(
        self, metrics: Sequence[Metric], *, options: RunOptions, store: Path | None = None
    ) -> None:
        """Put every answer to every metric."""
        asked = [
            (name, number, Question(case=case, response=answer))
            for name, answers in self._answers.items()
            for number, (case, answer) in enumerate(zip(self.cases, answers, strict=True))
            if answer is not None
        ]
        questions = [question for _, _, question in asked]
        found = score_all(questions, metrics, options=options, store=store)
        self._outcomes = {name: [{} for _ in self.cases] for name in self._answers}
        for (name, number, _), outcomes in zip(asked, found, strict=True):
            self._outcomes[name][number] = outcomes

    def outcomes(self, name: str, label: str) -> list[Outcome | None]:
        """What a metric said of the answers of one name, case by case; None where it was not asked.

        Names are `reference`, the faults, and `without PART` and `nonsense PART`.
        """
        empty: list[dict[str, Outcome]] = [{} for _ in self.cases]
        return [found.get(label) for found in self._outcomes.get(name, empty)]


def _each(plant: Plant, references: Answers) -> Answers:
    return [None if reference is None else plant(reference) for reference in references]


def _probes(references: Answers, planted: Mapping[Fault, Answers]) -> dict[str, Answers]:
    """References with one part missing or replaced, on a few cases spread over the dataset.

    Only the parts that some planted answer changes are tried.
    """
    varied: set[Part] = set()
    for answers in planted.values():
        for reference, answer in zip(references, answers, strict=True):
            if reference is not None and answer is not None:
                varied |= changed_parts(reference, answer)
    known = [number for number, found in enumerate(references) if found is not None]
    chosen = set(known[:: max(1, len(known) // _PROBED)])
    probes: dict[str, Answers] = {}
    for part in PARTS:
        if part in varied:
            for name, change in zip(CHANGES, (faults.without, faults.nonsense), strict=True):
                probes[f"{name} {part}"] = [
                    change(found, part) if found is not None and number in chosen else None
                    for number, found in enumerate(references)
                ]
    return probes
