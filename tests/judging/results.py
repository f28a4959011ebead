"""Runs like those of real systems: per-case results in categories of very different sizes."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from holdfast.comparison import compare
from holdfast.dataset import digest_cases
from holdfast.gate import Verdict, decide
from holdfast.metric import Score
from holdfast.policy import Policy
from holdfast.record import CaseRecord, MetricRecord, Run, TrialRecord
from holdfast.system import Spec

SIZES = (1053, 720, 540, 420, 330, 260, 200, 180, 150, 130, 118, 90, 50)
CATEGORIES = np.repeat(np.arange(len(SIZES)), SIZES)
"""Category of each of 4,241 cases."""

Values = NDArray[np.float64]


def names_of(categories: NDArray[np.int64]) -> list[tuple[str, ...]]:
    return [(f"topic:{number:02}",) for number in categories]


def run_of(
    name: str,
    scores: Mapping[str, Values],
    tags: Sequence[tuple[str, ...]],
    *,
    clusters: Sequence[str] | None = None,
) -> Run:
    """A run of bounded metrics; scores are of shape (cases,) or (cases, trials)."""
    cases = tuple(
        CaseRecord(
            id=f"c{row:05}", digest=str(row), tags=own, cluster=clusters[row] if clusters else None
        )
        for row, own in enumerate(tags)
    )
    columns = {label: values.reshape(len(cases), -1) for label, values in scores.items()}
    repeats = next(iter(columns.values())).shape[1]
    trials = tuple(
        TrialRecord(
            case_id=case.id,
            repeat=repeat,
            response=None,
            scores={label: Score(float(found[row, repeat])) for label, found in columns.items()},
        )
        for row, case in enumerate(cases)
        for repeat in range(repeats)
    )
    return Run(
        id=name,
        suite="results",
        system=Spec(name="system"),
        dataset="results",
        dataset_digest=digest_cases((case.id, case.digest) for case in cases),
        metrics=tuple(
            MetricRecord(spec=Spec(name=label), better="higher", bounds=(0.0, 1.0))
            for label in scores
        ),
        cases=cases,
        trials=trials,
        repeats=repeats,
    )


def judged(
    before: Mapping[str, Values],
    after: Mapping[str, Values],
    tags: Sequence[tuple[str, ...]],
    *,
    clusters: Sequence[str] | None = None,
    difficulty: Mapping[str, float] | None = None,
    **rule: object,
) -> Verdict:
    """The verdict on two such runs, every metric gated."""
    policies = [Policy(metric=label, **{"margin": 0.02, **rule}) for label in before]
    runs = [
        run_of(name, scores, tags, clusters=clusters)
        for name, scores in (("a", before), ("b", after))
    ]
    return decide(compare(*runs, policies=policies), policies, difficulty=difficulty)


def flipped(
    passed: Values,
    chance: np.random.Generator,
    *,
    broken: int,
    fixed: int,
    rows: object = slice(None),
) -> Values:
    """The same results with so many cases broken and fixed among the rows."""
    after = passed.copy()
    inside = np.zeros(passed.size, np.bool_)
    inside[rows] = True
    for level, count in ((1.0, broken), (0.0, fixed)):
        chosen = chance.choice(np.flatnonzero(inside & (passed == level)), count, replace=False)
        after[chosen] = 1.0 - level
    return after
