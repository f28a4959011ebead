"""Drawing: a lets-plot chart as SVG that is safe inside a report.

The library's output is read and written anew with a fixed list of elements and attributes: no
styles, scripts, links or random ids, and colours that follow the reader's light or dark mode.
"""

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from holdfast.report.untrusted import clean, one_line

if TYPE_CHECKING:
    from markupsafe import Markup

__all__ = ["COLORS", "Chart", "drawn", "label", "library", "plain_theme"]

COLORS = {
    "ink": "#000001",
    "muted": "#000002",
    "rule": "#000003",
    "surface": "#000004",
    "calm": "#000005",
    "calm-soft": "#000006",
    "bad": "#000007",
    "bad-soft": "#000008",
    "good": "#000009",
    "good-soft": "#00000a",
    "doubt": "#00000b",
    "void": "#00000c",
    "mute": "#00000d",
    "mute-soft": "#00000e",
}
"""What to tell lets-plot for each colour of the style sheet."""

_NAMES = {int(code[1:], 16): name for name, code in COLORS.items()} | {0xFFFFFF: "surface"}
_ELEMENTS = frozenset(
    ("svg", "g", "line", "path", "rect", "circle", "text", "tspan", "polyline", "polygon")
)
_ATTRIBUTES = frozenset(
    (
        *("x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "dx", "dy", "d", "points"),
        *("width", "height", "transform", "text-anchor", "fill", "stroke", "fill-opacity"),
        *("stroke-opacity", "stroke-width", "stroke-dasharray", "fill-rule"),
    )
)
_RGB = re.compile(r"rgb\((\d+),\s*(\d+),\s*(\d+)\)")
_NUMBER = re.compile(r"-?\d+\.\d+(?:[eE]-?\d+)?")
_FONT_SIZE = re.compile(r"font-size:\s*(\d+(?:\.\d+)?)px")
_LABEL = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A picture beside the sentence that says the same."""

    key: str
    """Names the chart within its page."""
    title: str
    description: str
    """The text alternative: what a reader sees in the picture."""
    picture: "Markup"


_TELEPHONE = 420
"""Width in pixels from which a picture is too wide for a telephone."""


def library() -> Any:
    """lets-plot, imported when the first chart is drawn."""
    return import_module("lets_plot")


def label(text: str, limit: int = _LABEL) -> str:
    """Text for an axis or a legend, which lets-plot cannot take for a formula or a link."""
    return one_line(text, limit).replace("\\", "\N{SET MINUS}")


def plain_theme(**more: object) -> Any:
    """Theme of every chart: no ground of its own, faint lines, text in the reader's colours."""
    lp = library()
    blank, soft = lp.element_blank(), lp.element_text(color=COLORS["muted"], size=13)
    defaults: dict[str, object] = {
        "plot_background": blank,
        "panel_background": blank,
        "panel_border": blank,
        "panel_grid_major": lp.element_line(color=COLORS["rule"], size=0.7),
        "panel_grid_minor": blank,
        "axis_line": blank,
        "axis_ticks": blank,
        "axis_text": soft,
        "axis_text_x": lp.element_text(color=COLORS["muted"], size=13, angle=0),
        "axis_title": soft,
        "legend_text": soft,
        "legend_background": blank,
        "legend_position": "top",
        "strip_background": blank,
        "strip_text": lp.element_text(color=COLORS["ink"], size=13),
        "plot_margin": [2, 8, 2, 2],
    }
    return lp.theme(**(defaults | more))


def drawn(plot: Any, *, key: str, title: str, description: str) -> Chart:
    """The chart as SVG with its title and text alternative.

    Args:
        plot: What to draw, with a size (`ggsize`), colours of `COLORS` and `plain_theme`.
        key: Id of the chart; unique within the page.
        title: Its heading.
        description: What it shows, for readers who do not see it.
    """
    from markupsafe import Markup, escape

    root = ET.fromstring(plot.to_svg())  # noqa: S314 - lets-plot wrote it and escapes our texts
    width, height = (float(root.attrib[name]) for name in ("width", "height"))
    body = "".join(_written(child) for child in root)
    picture = (
        f'<svg class="chart" width="{width:g}" height="{height:g}" '
        f'viewBox="0 0 {width:g} {height:g}" role="img" '
        f'aria-labelledby="{escape(key)}-title {escape(key)}-text">'
        f'<title id="{escape(key)}-title">{escape(clean(title))}</title>'
        f'<desc id="{escape(key)}-text">{escape(clean(description))}</desc>{body}</svg>'
    )
    if width > _TELEPHONE:
        # It keeps a size at which its words can be read, and is moved sideways where it must.
        about = f'role="region" tabindex="0" aria-label="Picture: {escape(clean(title))}"'
        picture = f'<div class="wide" {about}>{picture}</div>'
    return Chart(
        key=key,
        title=title,
        description=description,
        picture=Markup(picture),  # noqa: S704 - every text is escaped, every attribute is listed
    )


def _written(element: ET.Element) -> str:
    name = element.tag.rpartition("}")[2]
    inside = "".join(_written(child) for child in element)
    if name in ("text", "tspan"):
        inside = _words(element)
    if name not in _ELEMENTS:
        # A link keeps its words; styles, clip paths and everything unknown go.
        return inside if name == "a" else ""
    if (name == "g" and not inside) or (name == "path" and not element.get("d")):
        return ""
    attributes = "".join(f' {key}="{value}"' for key, value in _attributes(element).items())
    return f"<{name}{attributes}>{inside}</{name}>" if inside else f"<{name}{attributes}/>"


def _words(element: ET.Element) -> str:
    from markupsafe import escape

    own = str(escape(clean((element.text or "").strip())))
    return own + "".join(
        _written(child) + str(escape(clean((child.tail or "").strip()))) for child in element
    )


def _attributes(element: ET.Element) -> dict[str, str]:
    from markupsafe import escape

    kept = {
        name: str(escape(_short(_colored(value))))
        for name, value in element.attrib.items()
        if name in _ATTRIBUTES
    }
    for name in ("fill", "stroke"):
        opacity = kept.get(f"{name}-opacity")
        if opacity is not None and float(opacity) in (0.0, 1.0):
            del kept[f"{name}-opacity"]
            kept[name] = kept.get(name, "none") if float(opacity) else "none"
    if kept.get("stroke-width") == "0":
        kept["stroke"] = "none"
    if element.tag.endswith("line"):
        kept["fill"] = "none"
    size = _FONT_SIZE.search(element.get("style", ""))
    if size:
        kept["font-size"] = f"{float(size[1]):g}"
    return kept


def _colored(value: str) -> str:
    found = _RGB.fullmatch(value)
    if found:
        value = "#" + "".join(f"{int(part):02x}" for part in found.groups())
    if value.startswith("#"):
        name = _NAMES.get(int(value[1:], 16))
        return f"var(--{name})" if name else value
    return value


def _short(value: str) -> str:
    """Coordinates with one decimal: a tenth of a pixel is less than anybody sees."""
    return _NUMBER.sub(lambda found: f"{round(float(found[0]), 1):g}", value)
