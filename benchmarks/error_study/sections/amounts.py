"""Amounts: costs and tokens without bounds, compared as ratios of totals."""

from collections.abc import Sequence

from error_study.bounded_draws import Amounts
from error_study.cells import Cell, GateCell
from error_study.chapter import Chapter, Found, percents, table
from error_study.checks import Checklist
from error_study.usual_gates import TOTALS

MARGIN = 0.1
DESIGNS = {
    "30 cases": (30, (1, 1), 1.0),
    "100 cases": (100, (1, 1), 1.0),
    "300 cases": (300, (1, 1), 1.0),
    "100 cases, a few very dear": (100, (1, 1), 1.7),
    "300 cases, a few very dear": (300, (1, 1), 1.7),
    "100 cases, 3 × 3 trials": (100, (3, 3), 1.0),
}
RISES = (0.0, 0.1, 0.2)


def cell(words: str, rise: float) -> GateCell:
    """The cell of one entry in a table."""
    cases, trials, spread = DESIGNS[words]
    setting = Amounts(cases=cases, trials=trials, rise=rise, spread=spread)
    return GateCell(setting=setting, margins=(MARGIN,), share=0.5)


def cells() -> Sequence[Cell]:
    """Everything that the section needs."""
    return [cell(words, rise) for words in DESIGNS for rise in RISES]


def write(found: Found, checks: Checklist) -> str:
    """The section."""
    return "\n\n".join(
        (
            "## Costs and tokens",
            "A case costs a log-normal amount (standard deviation of the logarithm 1, or 1.7 where "
            "a few are very dear), with noise of 0.3 in each trial. The gate compares totals, with "
            "a margin of 10 %. `claimed safe`: the true total rose by the margin.",
            _table(found, checks),
        )
    )


def _table(found: Found, checks: Checklist) -> str:
    rows = []
    for words in DESIGNS:
        same, margin, more = (found[cell(words, rise)] for rise in RISES)
        rows.append(
            [
                words,
                checks.at_most(f"blocked: amounts, {words}, unchanged", same, "blocked"),
                checks.plain(margin, "blocked"),
                checks.plain(more, "blocked"),
                checks.at_most(f"claimed safe: amounts, {words}", margin, f"safe {MARGIN}"),
                *percents(same, TOTALS),
            ]
        )
    headers = ("", "unchanged", "10 % more", "20 % more", "claimed safe, 10 % more")
    return table((*headers, *(f"{name}, unchanged" for name in TOTALS)), rows)


CHAPTER = Chapter(key="amounts", cells=cells, write=write)
