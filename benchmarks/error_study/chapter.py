"""Chapter: one section of the study, with what it simulates and what it says."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from error_study.cells import Cell
from error_study.checks import Checklist
from error_study.simulation import Rates

Found = Mapping[Cell, Rates]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """One section of the document."""

    key: str
    """Name for `--only`."""
    cells: Callable[[], Sequence[Cell]]
    write: Callable[[Found, Checklist], str]
    """Markdown of the section; every promise that it shows is noted in the list."""
    pictures: Callable[[Found], Mapping[str, str]] | None = None
    """SVG by file name, where the section has pictures."""


def table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; every column but the first is aligned to the right."""
    marks = ["---", *("---:" for _ in headers[1:])]
    lines = [headers, marks, *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def percents(rates: Rates, names: Sequence[str]) -> list[str]:
    """Rates without their errors, for gates that promise nothing."""
    return [f"{rates.percent(name):.1f}" for name in names]


def change(drop: float) -> str:
    """A true change in words."""
    return "unchanged" if drop == 0 else f"−{100 * drop:g} pt"
