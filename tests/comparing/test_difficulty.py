"""Difficulty of cases, from runs before the two that are compared."""

import pytest

from holdfast.comparing.difficulty import difficulty_of
from holdfast.errors import UsageError
from holdfast.record import MetricRecord, Spec
from holdfast.testing import make_run

GRADE = MetricRecord(spec=Spec(name="grade"), better="higher", bounds=(1.0, 5.0))
MISTAKES = MetricRecord(spec=Spec(name="mistakes"), better="lower", bounds=(0.0, 10.0))
TOKENS = MetricRecord(spec=Spec(name="tokens"), better="lower", bounds=None)


def test_difficulty_is_the_missed_share_of_the_range() -> None:
    compared = [make_run({"a": [3.0], "b": [3.0], "c": [3.0]}, id="new", metric=GRADE)]
    earlier = [
        make_run({"a": [5.0, 4.0], "b": [1.0], "gone": [2.0]}, id="older", metric=GRADE),
        make_run({"a": [4.0]}, id="oldest", metric=MISTAKES),
    ]
    found = difficulty_of(earlier, compared=compared)
    # a: half a point of four missed, and 4 of 10 mistakes; nothing is known of c.
    assert found == pytest.approx({"a": (0.125 + 0.4) / 2, "b": 1.0, "gone": 0.75})


def test_no_earlier_run_says_nothing() -> None:
    assert difficulty_of([], compared=[make_run({"a": [1.0]})]) == {}


@pytest.mark.parametrize(
    ("earlier", "said"),
    [
        (({"a": [3.0]}, "new", GRADE), "can only fall"),
        (({"z": [3.0]}, "old", GRADE), "same data set"),
        (({"a": [3.0]}, "old", TOKENS), "no score within a range"),
    ],
)
def test_runs_that_can_say_nothing_are_refused(
    earlier: tuple[dict[str, list[float]], str, MetricRecord], said: str
) -> None:
    scores, name, metric = earlier
    compared = [make_run({"a": [3.0]}, id="new", metric=GRADE)]
    with pytest.raises(UsageError, match=said):
        difficulty_of([make_run(scores, id=name, metric=metric)], compared=compared)
