"""Sequential: runs that end as soon as their verdict is decided, beside runs of a fixed length."""

import math
from collections.abc import Sequence

from error_study import reference
from error_study.cells import Cell
from error_study.chapter import Chapter, Found, change, table
from error_study.checks import Checklist
from error_study.draws import FlakyCases
from error_study.sections import trials
from error_study.sequential_cells import SequentialCell
from error_study.simulation import Rates

from holdfast.sequence import SequentialMethod

DROPS = (0.0, 0.03, 0.05, 0.1)
DESIGNS: tuple[tuple[SequentialMethod, int, int], ...] = (
    ("hsd", 1, 100),
    ("hsd", 1, 300),
    ("hsd", 1, 1000),
    ("hsd", 3, 100),
    ("hsd", 3, 300),
    ("betting", 1, 300),
    ("betting", 1, 1000),
)
CLUSTERED = ((240, 4), (300, 5))
"""Cases and cases in a cluster, two trials in each arm: sixty clusters."""
WORDS = {"hsd": "group-sequential", "betting": "betting"}


def cell(design: tuple[SequentialMethod, int, int], drop: float) -> SequentialCell:
    """The cell of one entry in a table."""
    method, repeats, cases = design
    share = 0.4 if cases < 1000 and method == "hsd" else 0.2
    return SequentialCell(
        setting=FlakyCases(cases=cases, trials=(repeats, repeats), drop=drop),
        method=method,
        share=0.1 if method == "betting" and cases >= 1000 else share,
    )


def clustered(cases: int, size: int, drop: float) -> SequentialCell:
    """The cell of one entry for declared clusters."""
    setting = FlakyCases(cases=cases, clusters=(size,), trials=(2, 2), drop=drop)
    return SequentialCell(setting=setting, method="hsd", share=0.6)


def cells() -> Sequence[Cell]:
    """Everything that the section needs."""
    found: list[Cell] = [cell(design, drop) for design in DESIGNS for drop in DROPS]
    found += [clustered(*shape, drop) for shape in CLUSTERED for drop in (0.0, 0.05)]
    return found + [
        trials.cell((repeats, repeats), cases, drop)
        for repeats, cases in dict.fromkeys((design[1:]) for design in DESIGNS)
        for drop in DROPS
    ]


def write(found: Found, checks: Checklist) -> str:
    """The section."""
    return "\n\n".join(
        (
            "## Runs that stop early",
            "The candidate's cases are drawn in a seeded random order and judged at every look, "
            "with a margin of 5 points; the run ends with the first verdict that passes or blocks. "
            "Each entry: blocked / passed, in percent, and the mean calls of the candidate. In "
            "brackets the reference simulation of the same design. `fixed` is the gate at a margin "
            "of 2 points on all cases. At −5 points a pass is a wrong claim of safety.",
            _table(found),
            "Promises: of false alarms where nothing changed, of passes at −5, and that the calls "
            "of an unchanged candidate and of one that lost 10 points are no more than the "
            "reference's.",
            _promises(found, checks),
        )
    )


def _named(design: tuple[SequentialMethod, int, int]) -> str:
    method, repeats, cases = design
    return f"{WORDS[method]}, {repeats} × {repeats} trials, {cases:,} cases"


def _table(found: Found) -> str:
    rows = [
        [_named(design), *(_entry(found, design, drop) for drop in DROPS)] for design in DESIGNS
    ]
    for repeats, cases in dict.fromkeys((design[1:]) for design in DESIGNS):
        row = [f"fixed, {repeats} × {repeats} trials, {cases:,} cases"]
        for drop in DROPS:
            rates = found[trials.cell((repeats, repeats), cases, drop)]
            row.append(f"{rates.percent('blocked'):.1f} / – / {repeats * cases}")
        rows.append(row)
    return table(("", *(change(drop) for drop in DROPS)), rows)


def _entry(found: Found, design: tuple[SequentialMethod, int, int], drop: float) -> str:
    rates = found[cell(design, drop)]
    shown = (
        f"{rates.percent('blocked'):.1f} / {rates.percent('safe'):.1f} / {rates.of('calls'):.0f}"
    )
    known = reference.SEQUENTIAL.get(design, {}).get(drop)
    return shown if known is None else f"{shown} ({known[0]:g} / {known[1]:g} / {known[2]:g})"


def _promises(found: Found, checks: Checklist) -> str:
    rows = []
    for design in DESIGNS:
        same, margin = found[cell(design, 0.0)], found[cell(design, 0.05)]
        name = _named(design)
        rows.append(
            [
                name,
                checks.at_most(f"blocked: {name}, unchanged", same, "blocked"),
                checks.at_most(f"claimed safe: {name}, −5 pt, margin 5", margin, "safe"),
                *(_calls(checks, design, found[cell(design, drop)], drop) for drop in (0.0, 0.1)),
            ]
        )
    for cases, size in CLUSTERED:
        name = f"group-sequential, 2 × 2 trials, {cases} cases in clusters of {size}"
        same, margin = (clustered(cases, size, drop) for drop in (0.0, 0.05))
        rows.append(
            [
                name,
                checks.at_most(f"blocked: {name}, unchanged", found[same], "blocked"),
                checks.at_most(f"claimed safe: {name}, −5 pt, margin 5", found[margin], "safe"),
                f"{found[same].of('calls'):.0f}",
                "",
            ]
        )
    headers = ("", "false alarms", "wrong passes", "calls, unchanged", "calls, −10 pt")
    return table(headers, rows)


def _calls(
    checks: Checklist, design: tuple[SequentialMethod, int, int], rates: Rates, drop: float
) -> str:
    mean = rates.of("calls")
    error = math.sqrt(max(rates.of("calls squared") - mean**2, 0.0) / rates.runs)
    known = reference.SEQUENTIAL.get(design, {}).get(drop)
    if known is None:
        return f"{mean:.0f} ± {error:.0f}"
    what = f"calls: {_named(design)}, {change(drop)}"
    return checks.amount(what, mean, error=error, promised=known[2])


CHAPTER = Chapter(key="sequential", cells=cells, write=write)
