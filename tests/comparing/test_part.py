"""A part of the cases: the same change and bounds as a comparison of these cases alone."""

import random
from collections.abc import Mapping

import numpy as np
import pytest

from holdfast.comparing.part import measure_part
from holdfast.comparison import Comparison, compare
from holdfast.metric import Failure
from holdfast.record import MetricRecord
from holdfast.system import Spec
from holdfast.testing import METRICS, make_run

ODD = MetricRecord(spec=Spec(name="odd"), better="lower", bounds=(1.0, 5.0))
Scores = Mapping[str, list[float]]


def arms(metric: MetricRecord, trials: int) -> tuple[Scores, Scores]:
    chance = random.Random(trials)
    low, high = metric.bounds or (0.0, 1.0)
    levels = [low, high] if metric is METRICS[0] else [low, (low + high) / 2, high, high - 0.1]
    names = [f"c{row:02}" for row in range(60)]
    drawn = [{name: chance.choices(levels, k=trials) for name in names} for _ in range(2)]
    return drawn[0], drawn[1]


def compared(before: Scores, after: Scores, metric: MetricRecord, *, by: int) -> Comparison:
    groups = {name: f"g{int(name[1:]) // by}" for name in before} if by > 1 else {}
    old = make_run(before, id="old", metric=metric, clusters=groups)
    return compare(old, make_run(after, id="new", metric=metric, clusters=groups))


@pytest.mark.parametrize("metric", [METRICS[0], ODD])
@pytest.mark.parametrize("trials", [1, 3])
@pytest.mark.parametrize("by", [1, 2])
def test_a_part_has_the_bounds_that_its_cases_have_alone(
    metric: MetricRecord, trials: int, by: int
) -> None:
    before, after = arms(metric, trials)
    whole = compared(before, after, metric, by=by).deltas[0]
    assert whole.paired is not None
    rows = np.array([key < "c30" for key in whole.paired.cases])
    part = measure_part(whole, rows)
    kept = [{key: arm[key] for key in arm if key < "c30"} for arm in (before, after)]
    alone = compared(*kept, metric, by=by).deltas[0]
    assert part.cases == alone.pairs == 30
    found = (part.low, part.middle, part.high)
    assert found == pytest.approx((alone.low, alone.estimate, alone.high), abs=1e-12)


def test_cases_without_a_score_are_in_no_part_unless_they_count_against_the_candidate() -> None:
    before = {f"c{row:02}": [1.0] for row in range(80)}
    gone = Failure(stage="infrastructure", error="429")
    after = dict(before) | {f"c{row:02}": [gone] for row in range(3)}
    delta = compared(before, after, METRICS[0], by=1).deltas[0]
    assert delta.paired is not None
    assert delta.worst is not None
    assert measure_part(delta, np.ones(77, np.bool_)).middle == 0.0
    worst = measure_part(delta.worst, np.arange(80) < 10)
    assert (worst.cases, worst.middle) == (10, -0.3)
