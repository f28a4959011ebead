"""Metrics: several gated metrics that share one chance of a false alarm."""

from collections.abc import Sequence

from error_study import reference
from error_study.bounded_draws import CorrelatedScores
from error_study.cells import Cell, GateCell
from error_study.chapter import Chapter, Found, table
from error_study.checks import Checklist
from error_study.draws import FlakyCases

NUMBERS = (1, 3, 12)
CORRELATIONS = (0.0, 0.5, 0.9)
CASES = (100, 300)
DROP = 0.1
SHIFT = 0.25


def binary(cases: int, number: int, correlation: float, *, drop: float) -> GateCell:
    """Binary metrics, of which one lost."""
    setting = FlakyCases(
        cases=cases,
        metrics=number,
        correlation=0.0 if number == 1 else correlation,
        drop=drop,
        shifted=1,
    )
    wide = number >= 12 and cases > 100
    return GateCell(setting=setting, share=0.3 if wide else 0.6 if drop == 0 else 0.4)


def graded(correlation: float, shift: float) -> GateCell:
    """Twelve metrics with normal changes, of which one is shifted."""
    setting = CorrelatedScores(cases=100, metrics=12, correlation=correlation, shift=shift)
    return GateCell(setting=setting, share=0.5)


def keys() -> list[tuple[int, int, float]]:
    """Cases, metrics and correlation of every row."""
    return [
        (cases, number, correlation)
        for cases in CASES
        for number in NUMBERS
        for correlation in CORRELATIONS
        if number > 1 or correlation == 0
    ]


def cells() -> Sequence[Cell]:
    """Everything that the section needs."""
    found = [binary(*key, drop=drop) for key in keys() for drop in (0.0, DROP)]
    return [*found, *(graded(rho, shift) for rho in CORRELATIONS for shift in (0.0, SHIFT))]


def write(found: Found, checks: Checklist) -> str:
    """The section."""
    return "\n\n".join(
        (
            "## Several metrics",
            "All metrics are gated, with one trial per arm. Each one changes in a case with the "
            "correlation ρ (Gaussian copula). `false alarm`: nothing changed, and the gate blocks. "
            "`found`: the first metric lost 10 points, and the gate names it. `wrongly named`: in "
            "the same runs, another metric is named. `unadjusted`: any p ≤ 0.05 where nothing "
            "changed, which is what a gate without a correction does.",
            _binary_table(found, checks),
            "Twelve graded metrics with normal changes over 100 cases; the first one is shifted by "
            f"{SHIFT:g} standard deviations of its change. In brackets: the reference simulation "
            f"with step-down maxT ({reference.CORRELATED_RUNS} runs).",
            _graded_table(found, checks),
        )
    )


def _binary_table(found: Found, checks: Checklist) -> str:
    rows = []
    for key in keys():
        cases, number, correlation = key
        same, worse = found[binary(*key, drop=0.0)], found[binary(*key, drop=DROP)]
        what = f"{number} metrics, {cases} cases, ρ = {correlation:g}"
        rows.append(
            [
                f"{cases} cases, {number} metric{'s' if number > 1 else ''}, ρ = {correlation:g}",
                checks.at_most(f"blocked: {what}", same, "blocked"),
                f"{same.percent('any p'):.1f}",
                f"{same.percent('lower by 2 points'):.1f}",
                checks.plain(worse, "first metric"),
                checks.at_most(f"named: another metric, {what}", worse, "other metric"),
            ]
        )
    headers = ("", "false alarm", "unadjusted", "lower by 2 points", "found", "wrongly named")
    return table(headers, rows)


def _graded_table(found: Found, checks: Checklist) -> str:
    rows = []
    for correlation in CORRELATIONS:
        same, worse = found[graded(correlation, 0.0)], found[graded(correlation, SHIFT)]
        known = reference.CORRELATED[correlation]
        what = f"12 graded metrics, ρ = {correlation:g}"
        hit = checks.at_least(
            f"found: {what}",
            worse,
            "first metric",
            known=known,
            known_runs=reference.CORRELATED_RUNS,
        )
        rows.append(
            [
                f"ρ = {correlation:g}",
                checks.at_most(f"blocked: {what}", same, "blocked"),
                f"{same.percent('any p'):.1f}",
                f"{hit} ({known:.1f})",
                checks.at_most(f"named: another metric, {what}", worse, "other metric"),
            ]
        )
    return table(("12 metrics", "false alarm", "unadjusted", "found", "wrongly named"), rows)


CHAPTER = Chapter(key="metrics", cells=cells, write=write)
