"""Clusters: cases that share a document, a topic or a conversation, and so their luck."""

from collections.abc import Sequence

from error_study.cells import Cell, GateCell
from error_study.chapter import Chapter, Found, change, percents, table
from error_study.checks import Checklist
from error_study.draws import FlakyCases
from error_study.usual_gates import NAMES

SHAPES = {
    "4 cases each": ((4,), (100, 300, 1000)),
    "25 cases each, few and big": ((25,), (100, 300)),
    "1, 1, 2, 4 or 12 cases": ((1, 1, 2, 4, 12), (100, 300)),
}
DROPS = (0.0, 0.1)


def cell(sizes: tuple[int, ...], cases: int, drop: float, *, declared: bool = True) -> GateCell:
    """The cell of one entry in a table."""
    setting = FlakyCases(cases=cases, clusters=sizes, declared=declared, drop=drop)
    return GateCell(setting=setting, share=0.6 if drop == 0 else 0.4)


def keys() -> list[tuple[str, tuple[int, ...], int]]:
    """Words, cluster sizes and cases of every row."""
    return [(words, sizes, cases) for words, (sizes, many) in SHAPES.items() for cases in many]


def cells() -> Sequence[Cell]:
    """Everything that the section needs."""
    return [
        cell(sizes, cases, drop, declared=declared)
        for _, sizes, cases in keys()
        for drop in DROPS
        for declared in (True, False)
    ]


def write(found: Found, checks: Checklist) -> str:
    """The section."""
    return "\n\n".join(
        (
            "## Clusters",
            "The cases of a cluster have the same chance to pass, break together, and in one trial "
            "do what the whole cluster does with probability 0.7. One trial per arm. `declared`: "
            "the cases name their cluster. `not declared` is a misuse that no test can see, and "
            "nothing is promised there.",
            _table(found, checks),
        )
    )


def _table(found: Found, checks: Checklist) -> str:
    rows = []
    for words, sizes, cases in keys():
        for drop in DROPS:
            rates = found[cell(sizes, cases, drop)]
            misuse = found[cell(sizes, cases, drop, declared=False)]
            what = f"{cases} cases, clusters of {words}, {change(drop)}"
            shown = (
                checks.at_most(f"blocked: {what}", rates, "blocked")
                if drop == 0
                else checks.plain(rates, "blocked")
            )
            rows.append(
                [
                    f"{cases} cases, {words}, {change(drop)}",
                    shown,
                    checks.plain(misuse, "blocked"),
                    *percents(rates, NAMES),
                ]
            )
    return table(("", "declared", "not declared", *NAMES), rows)


CHAPTER = Chapter(key="clusters", cells=cells, write=write)
