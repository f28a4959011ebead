"""Pictures: operating curves as SVG, written by hand so that no plotting library is needed."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 470, 330
LEFT, TOP, RIGHT, BOTTOM = 52, 34, 14, 44
COLOURS = (
    "#000000",
    "#d55e00",
    "#e69f00",
    "#009e73",
    "#0072b2",
    "#cc79a7",
    "#56b4e9",
    "#8a6d00",
)
"""Colours that people with any colour vision can tell apart (Okabe and Ito 2008)."""
DASHES = ("", "6 3", "2 3", "8 3 2 3", "", "6 3", "2 3", "8 3 2 3")


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Blocked candidates by true drop, for one gate."""

    name: str
    drops: tuple[float, ...]
    """As shares."""
    percents: tuple[float, ...]


def operating_curves(title: str, curves: Sequence[Curve], *, nominal: float) -> str:
    """An SVG with one line for each gate, and the nominal false-alarm rate as a level."""
    rows = (len(curves) + 1) // 2
    height = HEIGHT + 18 * rows + 8
    largest = max(drop for curve in curves for drop in curve.drops)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" height="{height}" font-family="sans-serif" font-size="12">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="20" font-weight="bold">{escape(title)}</text>',
        *_axes(largest),
        _level(nominal),
        *(_line(curve, index, largest) for index, curve in enumerate(curves)),
        *(_label(curve.name, index) for index, curve in enumerate(curves)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _x(drop: float, largest: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * drop / largest


def _y(percent: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * percent / 100.0


def _axes(largest: float) -> list[str]:
    parts = []
    for percent in range(0, 101, 20):
        y = _y(percent)
        parts.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#dddddd"/>'
            f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{percent} %</text>'
        )
    for points in range(0, round(100 * largest) + 1, 2):
        x = _x(points / 100.0, largest)
        parts.append(
            f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{points}</text>'
        )
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(
        f'<text x="{middle}" y="{HEIGHT - 8}" text-anchor="middle">'
        "true drop in points; blocked candidates</text>"
    )
    return parts


def _level(nominal: float) -> str:
    y = _y(nominal)
    return (
        f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#999999" '
        'stroke-dasharray="1 2"/>'
    )


def _line(curve: Curve, index: int, largest: float) -> str:
    points = " ".join(
        f"{_x(drop, largest):.1f},{_y(percent):.1f}"
        for drop, percent in zip(curve.drops, curve.percents, strict=True)
    )
    return f'<polyline points="{points}" fill="none" {_stroke(index)}/>'


def _label(name: str, index: int) -> str:
    x = LEFT + 210 * (index % 2)
    y = HEIGHT + 18 * (index // 2) + 6
    return (
        f'<line x1="{x}" x2="{x + 30}" y1="{y}" y2="{y}" {_stroke(index)}/>'
        f'<text x="{x + 36}" y="{y + 4}">{escape(name)}</text>'
    )


def _stroke(index: int) -> str:
    width = 2.6 if index == 0 else 1.5
    colour, dashes = COLOURS[index % len(COLOURS)], DASHES[index % len(DASHES)]
    dash = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'stroke="{colour}" stroke-width="{width}"{dash}'
