"""Cases that are set aside: what it takes, what it does, and what it cannot hide."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.comparison import compare
from holdfast.config import load_config
from holdfast.errors import UsageError
from holdfast.gate import decide
from holdfast.policy import Policy
from holdfast.quarantine import Quarantine, still_set_aside
from holdfast.testing import make_run, run_pairs

POLICIES = (Policy(metric="correct", margin=0.05),)
TABLE = '[tool.holdfast.suites.suite.quarantine]\n"c0" = {0}\n'
GOOD = '{owner = "ana", until = 2026-12-31, reason = "the judge flips"}'


def config(folder: Path, row: str):
    (folder / "pyproject.toml").write_text(TABLE.replace("{0}", row), encoding="utf-8")
    return load_config(folder, environ={})


def broken(count: int, *, cases: int = 100):
    old = make_run({f"c{n}": [1.0] for n in range(cases)}, id="old")
    new = make_run({f"c{n}": [float(n >= count)] for n in range(cases)}, id="new")
    return old, new


def test_a_quarantine_is_written_in_the_project_file(tmp_path: Path) -> None:
    [found] = config(tmp_path, GOOD).quarantines["suite"]
    assert found == Quarantine(
        case="c0", owner="ana", until=date(2026, 12, 31), reason="the judge flips"
    )


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ('{owner = "ana", until = 2026-12-31}', "who, until when and why"),
        ('{owner = "", until = 2026-12-31, reason = "x"}', "needs an owner"),
        ('{owner = "ana", until = "2026-12-31", reason = "x"}', "date without quotes"),
        ('{owner = "ana", until = 2026-12-31T00:00:00, reason = "x"}', "date without quotes"),
        ('{owner = "ana", until = 2026-12-31, reason = "x", why = "y"}', "who, until when"),
        ("true", "who, until when"),
    ],
)
def test_a_quarantine_without_owner_day_or_reason_is_refused(
    tmp_path: Path, row: str, words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        config(tmp_path, row)


def test_a_quarantined_case_is_left_out_on_both_sides_and_shown() -> None:
    old, new = broken(2)
    comparison = compare(old, new, policies=POLICIES, quarantined={"c0", "c1", "unknown"})
    [delta] = comparison.deltas
    assert delta.pairs == 98
    assert delta.baseline_mean == delta.candidate_mean == 1.0
    assert comparison.quarantined == ("c0", "c1")
    shown = {pair.case.id: pair for pair in comparison.cases}
    assert shown["c0"].states["correct"] == "quarantined"
    assert shown["c0"].scores["correct"] == (1.0, 0.0)


def test_floors_count_every_case_in_quarantine_or_not() -> None:
    old, new = broken(4)
    policies = (Policy(metric="correct", margin=0.05, floor=0.98),)
    comparison = compare(old, new, policies=policies, quarantined={f"c{n}" for n in range(4)})
    assert decide(comparison, policies).outcome == "regression"


def test_more_than_five_per_cent_in_quarantine_leave_no_verdict() -> None:
    old, new = broken(0)
    few = compare(old, new, policies=POLICIES, quarantined={f"c{n}" for n in range(5)})
    many = compare(old, new, policies=POLICIES, quarantined={f"c{n}" for n in range(6)})
    assert not few.problems
    assert "6 in quarantine" in many.problems[0]
    assert decide(many, POLICIES).outcome == "invalid"


@given(run_pairs(cases=(10, 30), failures=False), st.sets(st.integers(0, 40)))
def test_whatever_happens_to_a_quarantined_case_does_not_move_the_others(pair, chosen) -> None:
    old, new = pair
    aside = {f"case-{n}" for n in chosen}
    with_all = compare(old, new, quarantined=aside)
    kept = [t for t in new.trials if t.case_id not in aside]
    moved = [t for t in old.trials if t.case_id in aside]
    from dataclasses import replace

    other = compare(old, replace(new, trials=(*kept, *moved)), quarantined=aside)
    for first, second in zip(with_all.deltas, other.deltas, strict=True):
        assert (first.estimate, first.p_worse, first.pairs) == (
            second.estimate, second.p_worse, second.pairs,
        )  # fmt: skip


def test_an_expired_quarantine_has_no_effect_and_says_so() -> None:
    one = Quarantine(case="c0", owner="ana", until=date(2026, 3, 1), reason="flips")
    held, notes = still_set_aside([one], cases=["c0"], today=date(2026, 3, 1))
    assert held == {"c0"} and "until 2026-03-01" in notes[0] and "ana" in notes[0]
    held, notes = still_set_aside([one], cases=["c0"], today=date(2026, 3, 2))
    assert held == frozenset() and "no effect" in notes[0] and "ana" in notes[0]
    held, notes = still_set_aside([one], cases=["c1"], today=date(2026, 3, 1))
    assert held == frozenset() and "names no case" in notes[0]
