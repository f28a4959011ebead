"""Scores: graded, ranked and skewed scores between two bounds."""

from collections.abc import Sequence

from error_study.bounded_draws import LUCKY, WORDS, BoundedScores, Kind
from error_study.cells import Cell, GateCell
from error_study.chapter import Chapter, Found, percents, table
from error_study.checks import NOMINAL, Checklist
from error_study.usual_gates import NAMES

CASES = (30, 50, 100, 300)
KINDS: tuple[Kind, ...] = ("ordinal", "ndcg", "collapse")
MARGIN = 0.04
"""Margin and true loss of the claims of safety, as a share of the range."""


def cell(kind: Kind, cases: int, drop: float, *, trials: tuple[int, int] = (1, 1)) -> GateCell:
    """The cell of one entry in a table; margins are in units of the score."""
    unit = 4.0 if kind == "ordinal" else 1.0
    setting = BoundedScores(kind=kind, cases=cases, drop=drop, trials=trials)
    margins = (0.02 * unit, MARGIN * unit) if drop == MARGIN else (0.02 * unit,)
    return GateCell(setting=setting, margins=margins, share=0.6)


def cells() -> Sequence[Cell]:
    """Everything that the section needs."""
    found = [cell(kind, cases, drop) for kind in KINDS for cases in CASES for drop in (0.0, MARGIN)]
    found += [cell(kind, 100, 0.0, trials=(3, 3)) for kind in KINDS]
    return [*found, *(cell("lucky few", cases, 0.0) for cases in CASES)]


def write(found: Found, checks: Checklist) -> str:
    """The section."""
    return "\n\n".join(
        (
            "## Graded scores",
            "Points are shares of the range. `ordinal`: grades 1 to 5 of a judge. `ndcg`: a third "
            "of the cases at 1, some at 0, the rest between, most of them the same in both arms. "
            "`collapse`: all near 0.9, and a loss means that a few cases lose 0.8: the worst case "
            "for intervals that look at the spread alone.",
            _table(found, checks),
            "### Offsetting changes in skewed scores",
            "Nothing is lost on average, yet every case changes: 5 % of the cases gain 0.8 and all "
            "others lose 0.042. A sign-flip test alone is exact only where gains and losses are "
            "alike in shape, and a t test is no better. Where a sample holds none of the lucky "
            "cases all of it got worse, and no test can know; that share of samples stands in "
            "brackets, and it is promised instead of 5 % where it is larger.",
            _offset_table(found, checks),
        )
    )


def _table(found: Found, checks: Checklist) -> str:
    rows = []
    for kind in KINDS:
        for cases in CASES:
            same, worse = found[cell(kind, cases, 0.0)], found[cell(kind, cases, MARGIN)]
            unit = 4.0 if kind == "ordinal" else 1.0
            what = f"{kind}, {cases} cases"
            rows.append(
                [
                    what,
                    checks.at_most(f"blocked: {what}, unchanged", same, "blocked"),
                    checks.plain(worse, "blocked"),
                    checks.at_most(f"claimed safe: {what}", worse, f"safe {MARGIN * unit}"),
                    *percents(same, NAMES),
                ]
            )
        repeated = found[cell(kind, 100, 0.0, trials=(3, 3))]
        what = f"{kind}, 100 cases, 3 × 3 trials"
        shown = checks.at_most(f"blocked: {what}, unchanged", repeated, "blocked")
        rows.append([what, shown, "", "", *percents(repeated, NAMES)])
    headers = ("", "unchanged", "−4 pt", "claimed safe, −4 pt, margin 4")
    return table((*headers, *(f"{name}, unchanged" for name in NAMES)), rows)


def _offset_table(found: Found, checks: Checklist) -> str:
    rows = []
    for cases in CASES:
        rates = found[cell("lucky few", cases, 0.0)]
        what = f"{WORDS['lucky few']}, {cases} cases"
        blind = 100.0 * (1.0 - LUCKY) ** cases
        shown = checks.at_most(f"blocked: {what}", rates, "blocked", promised=max(NOMINAL, blind))
        rows.append([f"{cases} cases", f"{shown} ({blind:.1f})", *percents(rates, NAMES)])
    return table(("no net change", "holdfast", *NAMES), rows)


CHAPTER = Chapter(key="scores", cells=cells, write=write)
