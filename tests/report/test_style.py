"""The report's colours can be read, in light and in dark (WCAG AA: 4.5 to 1)."""

import re
from pathlib import Path

import pytest

import holdfast.report

CSS = (Path(holdfast.report.__file__).parent / "templates" / "report.css").read_text()
TONES = ("bad", "good", "calm", "doubt", "void", "mute")


def palette(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))


def luminance(color: str) -> float:
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


LIGHT = palette(CSS.split("@media")[0])
DARK = palette(CSS.split("prefers-color-scheme: dark)")[1].split("}\n}")[0])


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_text_is_readable_on_every_background_that_it_meets(colors: dict[str, str]) -> None:
    softs = [colors[f"{tone}-soft"] for tone in TONES]
    grounds = [colors["page"], colors["surface"], colors["sunken"]]
    for ground in (*grounds, *softs):
        assert contrast(colors["ink"], ground) >= 7
        assert contrast(colors["muted"], ground) >= 4.5
    for tone in TONES:
        for ground in (*grounds, colors[f"{tone}-soft"]):
            assert contrast(colors[tone], ground) >= 4.5, tone


def test_the_report_knows_dark_rooms_paper_and_small_screens() -> None:
    for rule in (
        "prefers-color-scheme: dark",
        "@media print",
        "max-width: 44rem",
        ":focus-visible",
    ):
        assert rule in CSS
