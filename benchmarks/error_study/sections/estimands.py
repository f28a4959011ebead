"""Estimands: claims about a golden set alone, and about passing all or some of several trials."""

from collections.abc import Sequence

from error_study import reference
from error_study.cells import Cell, GateCell
from error_study.chapter import Chapter, Found, change, table
from error_study.checks import Checklist
from error_study.draws import CONCENTRATION, MEAN, FlakyCases

from holdfast.aggregate import Aggregate

CASES = (50, 100, 300)
DROPS = (0.0, 0.03, 0.05, 0.1)
SUITES = ((3, 3), (5, 1))
MARGIN = 0.05
AGGREGATES = (
    (Aggregate(kind="pass^k", k=3), 3),
    (Aggregate(kind="pass^k", k=3), 5),
    (Aggregate(kind="pass@k", k=2), 4),
)
"""Aggregate and trials of each arm."""


def suite(trials: tuple[int, int], cases: int, drop: float, *, even: bool = False) -> GateCell:
    """A claim about these cases and no others."""
    return GateCell(
        setting=FlakyCases(cases=cases, trials=trials, drop=drop, even=even),
        margins=(MARGIN,) if even else (0.02,),
        estimand="suite",
        share=0.5,
    )


def offset(cases: int) -> GateCell:
    """Changes that offset each other over all possible cases, though not over these alone."""
    setting = FlakyCases(cases=cases, trials=(3, 3), swapped=0.03)
    return GateCell(setting=setting, estimand="suite", share=0.5)


def several(aggregate: Aggregate, trials: int, cases: int, drop: float) -> GateCell:
    """A claim about several trials of a case together; the second margin is the true loss."""
    setting = FlakyCases(cases=cases, trials=(trials, trials), drop=drop, aggregate=aggregate)
    margins = (0.02, true_loss(aggregate, drop)) if drop else (0.02,)
    return GateCell(setting=setting, margins=margins, share=0.5)


def true_loss(aggregate: Aggregate, drop: float) -> float:
    """Loss of the aggregate where a share drop / 0.85 of the cases breaks for good."""
    level = 1.0
    for index in range(aggregate.k):
        missed = (
            (1.0 - MEAN) * CONCENTRATION if aggregate.kind == "pass@k" else MEAN * CONCENTRATION
        )
        level *= (missed + index) / (CONCENTRATION + index)
    expected = 1.0 - level if aggregate.kind == "pass@k" else level
    return round(drop / MEAN * expected, 12)


def cells() -> Sequence[Cell]:
    """Everything that the section needs."""
    found = [suite(*key, drop) for key in _suite_keys() for drop in DROPS]
    found += [suite(*key, MARGIN, even=True) for key in _suite_keys()]
    found += [offset(cases) for cases in (100, 300)]
    return found + [
        several(aggregate, trials, cases, drop)
        for aggregate, trials in AGGREGATES
        for cases in (50, 100, 300)
        for drop in (0.0, MARGIN)
    ]


def _suite_keys() -> list[tuple[tuple[int, int], int]]:
    return [(trials, cases) for trials in SUITES for cases in CASES]


def write(found: Found, checks: Checklist) -> str:
    """The section."""
    return "\n\n".join(
        (
            "## A golden set that stands for itself",
            '`estimand="suite"`: the claim is about these cases and no others, and only the '
            "answers vary. Blocked, in percent; in brackets the reference simulation of the "
            "within-case permutation. `claimed safe`: every case lost in proportion, 5 points "
            "in all, which is the margin.",
            _suite_table(found, checks),
            _offset_words(found),
            "## Passing all, or some, of several trials",
            "`pass^3`: three trials of a case all pass; `pass@2`: one of two does. A loss of 5 "
            "points breaks that share of the cases for good; `claimed safe`: the margin is the "
            "loss of the aggregate itself.",
            _several_table(found, checks),
        )
    )


def _suite_table(found: Found, checks: Checklist) -> str:
    rows = []
    for trials, cases in _suite_keys():
        what = f"suite, {trials[0]} × {trials[1]} trials, {cases} cases"
        row = [what]
        for drop in DROPS:
            rates = found[suite(trials, cases, drop)]
            known = reference.SUITE[trials, cases][drop]
            if drop == 0:
                shown = checks.at_most(f"blocked: {what}, unchanged", rates, "blocked")
            else:
                shown = checks.at_least(
                    f"found: {what}, {change(drop)}",
                    rates,
                    "blocked",
                    known=known,
                    known_runs=reference.RUNS,
                )
            row.append(f"{shown} ({known:.1f})")
        even = found[suite(trials, cases, MARGIN, even=True)]
        row.append(checks.at_most(f"claimed safe: {what}", even, f"safe {MARGIN}"))
        rows.append(row)
    return table(("", *(change(drop) for drop in DROPS), "claimed safe"), rows)


def _offset_words(found: Found) -> str:
    shown = ", ".join(
        f"{found[offset(cases)].percent('blocked'):.1f} % with {cases} cases"
        for cases in (100, 300)
    )
    return (
        "It is the wrong claim for a sample of traffic: where 3 % of all possible cases break and "
        f"17 % are repaired, which is no change, it blocks {shown} (3 × 3 trials), because the "
        "cases that happen to be in the suite did change."
    )


def _several_table(found: Found, checks: Checklist) -> str:
    rows = []
    for aggregate, trials in AGGREGATES:
        for cases in (50, 100, 300):
            same = found[several(aggregate, trials, cases, 0.0)]
            cell = several(aggregate, trials, cases, MARGIN)
            worse, loss = found[cell], cell.margins[1]
            name = aggregate.kind.replace("k", str(aggregate.k))
            what = f"{name} of {trials} trials, {cases} cases"
            rows.append(
                [
                    what,
                    checks.at_most(f"blocked: {what}, unchanged", same, "blocked"),
                    checks.plain(worse, "blocked"),
                    checks.at_most(f"claimed safe: {what}", worse, f"safe {loss}"),
                ]
            )
    return table(("", "unchanged", "−5 pt", "claimed safe"), rows)


CHAPTER = Chapter(key="estimands", cells=cells, write=write)
