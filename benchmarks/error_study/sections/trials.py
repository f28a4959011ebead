"""Trials: false alarms and power by number of cases and trials, and wrong claims of safety."""

from collections.abc import Sequence

from error_study import reference
from error_study.cells import Cell, GateCell
from error_study.chapter import Chapter, Found, change, table
from error_study.checks import Checklist
from error_study.draws import FlakyCases
from error_study.usual_gates import NAMES

CASES = (30, 50, 100, 300, 1000)
DROPS = (0.0, 0.03, 0.05, 0.1)
WHOLE = ((1, 1), (3, 3), (5, 1))
"""Trials of baseline and candidate that get every drop."""
SHORT = ((2, 2), (4, 4), (5, 5))
MARGINS = (0.02, 0.05)
CLAIMED = ((1, 1), (3, 3))


def cell(trials: tuple[int, int], cases: int, drop: float) -> GateCell:
    """The cell of one entry in a table."""
    share = 1.0 if drop == 0 else 0.6
    return GateCell(
        setting=FlakyCases(cases=cases, trials=trials, drop=drop),
        margins=MARGINS if drop == 0.05 else (0.02,),
        share=0.4 * share if cases >= 1000 else share,
    )


def cells() -> Sequence[Cell]:
    """Everything that the section needs."""
    found = [cell(trials, cases, drop) for trials in WHOLE for cases in CASES for drop in DROPS]
    found += [
        cell(trials, cases, drop) for trials in SHORT for cases in CASES for drop in (0.0, 0.05)
    ]
    found += [cell(trials, cases, 0.02) for trials in CLAIMED for cases in CASES]
    return found


def known_power(trials: tuple[int, int], cases: int, drop: float) -> float | None:
    """What the reference simulation found."""
    if trials == (5, 1):
        return reference.UNEQUAL.get(cases, {}).get(drop)
    if trials[0] != trials[1]:
        return None
    return reference.REGRESSED.get((trials[0], cases), {}).get(drop)


def write(found: Found, checks: Checklist) -> str:
    """The section."""
    parts = [
        "## Trials and cases",
        "Share of candidates that the gate blocks, in percent, with its Monte-Carlo standard "
        "error. In brackets: what the reference simulation behind the design found (4,000 runs). "
        "`3 × 3` means three trials per case in the baseline and three in the candidate.",
        *(_trials_table(found, checks, trials) for trials in WHOLE),
        _short_table(found, checks),
        "### The usual gates on the same samples",
        "Share of candidates blocked: unchanged / −3 / −5 / −10 points. The usual gates promise "
        "nothing.",
        _usual_table(found, checks),
        _claims(found, checks),
    ]
    return "\n\n".join(parts)


def _named(trials: tuple[int, int]) -> str:
    return f"{trials[0]} × {trials[1]}"


def _trials_table(found: Found, checks: Checklist, trials: tuple[int, int]) -> str:
    rows = []
    for cases in CASES:
        row = [f"{cases:,} cases"]
        row += [_entry(found, checks, (trials, cases, drop)) for drop in DROPS]
        rows.append(row)
    headers = (f"{_named(trials)} trials", *(change(drop) for drop in DROPS))
    return table(headers, rows)


def _entry(found: Found, checks: Checklist, key: tuple[tuple[int, int], int, float]) -> str:
    trials, cases, drop = key
    rates, known = found[cell(*key)], known_power(*key)
    what = f"{_named(trials)} trials, {cases:,} cases, {change(drop)}"
    if drop == 0:
        text = checks.at_most(f"blocked: {what}", rates, "blocked")
    elif known is None:
        text = checks.plain(rates, "blocked")
    else:
        text = checks.at_least(
            f"found: {what}", rates, "blocked", known=known, known_runs=reference.RUNS
        )
    return text if known is None else f"{text} ({known:.1f})"


def _short_table(found: Found, checks: Checklist) -> str:
    rows = [
        [f"{cases:,} cases"]
        + [_entry(found, checks, (trials, cases, drop)) for trials in SHORT for drop in (0.0, 0.05)]
        for cases in CASES
    ]
    headers = ["trials"]
    for trials in SHORT:
        headers += [f"{_named(trials)}, unchanged", f"{_named(trials)}, −5 pt"]
    return table(headers, rows)


def _usual_table(found: Found, checks: Checklist) -> str:
    for (trials, cases), gates in reference.USUAL.items():
        for name, by_drop in gates.items():
            for drop, known in by_drop.items():
                checks.near(
                    f"agree: {name}, {trials} × {trials} trials, {cases} cases, {change(drop)}",
                    found[cell((trials, trials), cases, drop)],
                    name,
                    known=known,
                    known_runs=reference.RUNS,
                )
    rows = [
        [
            f"{_named(trials)} trials, {cases:,} cases",
            *(
                " / ".join(
                    f"{found[cell(trials, cases, drop)].percent(name):.0f}" for drop in DROPS
                )
                for name in ("blocked", *NAMES)
            ),
        ]
        for trials in WHOLE
        for cases in CASES
    ]
    return table(("", "holdfast", *NAMES), rows)


def _claims(found: Found, checks: Checklist) -> str:
    rows = []
    for trials in CLAIMED:
        for cases in CASES:
            row = [f"{_named(trials)} trials, {cases:,} cases"]
            for margin in MARGINS:
                what = f"claimed safe: {_named(trials)}, {cases}, {100 * margin:g} pt"
                rates = found[cell(trials, cases, margin)]
                row.append(checks.at_most(what, rates, f"safe {margin}"))
            rows.append(row)
    return "\n\n".join(
        (
            "### Wrong claims of safety",
            "The true loss is the margin itself. Share of candidates that are called "
            "`within_margin` or `improved`, in percent; 5 are promised at most.",
            table(("", *(f"margin and loss {100 * m:g} pt" for m in MARGINS)), rows),
        )
    )


CHAPTER = Chapter(key="trials", cells=cells, write=write)
