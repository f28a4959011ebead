"""Latency: interleaved blocks on a machine that drifts, beside rules for two sessions."""

from collections.abc import Sequence

from error_study import reference
from error_study.cells import Cell
from error_study.chapter import Chapter, Found, percents, table
from error_study.checks import Checklist
from error_study.latency_cells import MARGIN, QUANTILES, LatencyCell, Requests

SLOWDOWNS = (0.0, 0.1, 0.2)
SHAPES = {
    "300 cases once": (300, 1, 0.0),
    "30 cases 10 times, half of the noise the case's": (30, 10, 0.5),
}
COMPARED = "300 cases once"
"""The shape that the reference simulation has too."""
USUAL = ("p50 > 10 %, other session", "p95 > 10 %, other session", "Mann-Whitney, other session")


def cell(words: str, slowdown: float) -> LatencyCell:
    """The cell of one entry in a table."""
    cases, repeats, share = SHAPES[words]
    setting = Requests(cases=cases, repeats=repeats, slowdown=slowdown, case_share=share)
    return LatencyCell(setting=setting)


def cells() -> Sequence[Cell]:
    """Everything that the section needs."""
    return [cell(words, slowdown) for words in SHAPES for slowdown in SLOWDOWNS]


def write(found: Found, checks: Checklist) -> str:
    """The section."""
    return "\n\n".join(
        (
            "## Latency on a machine that drifts",
            "A request takes exp(state + noise) seconds: the state is that of the session "
            "(standard deviation 8 %) and a drift (5 %, correlation 0.95 from block to block, and "
            "it moves within a block too); the noise has standard deviation 0.4. Both systems are "
            "asked in turns, in blocks of about ten requests each, and gated with a margin of 10 % "
            "on the median or on the 95th percentile. The usual rules compare two sessions.",
            _alarms(found, checks),
            "`slower`: the test alone finds the quantile slower, at p ≤ 0.05; in brackets the "
            "reference simulation. `claimed safe` where the true slowdown is the margin of 10 %.",
            _tests(found, checks),
        )
    )


def _alarms(found: Found, checks: Checklist) -> str:
    rows = []
    for words in SHAPES:
        for slowdown in SLOWDOWNS:
            rates = found[cell(words, slowdown)]
            what = f"{words}, {_slowed(slowdown)}"
            shown = [
                checks.at_most(f"blocked: {name}, {what}", rates, f"{name} blocked")
                if slowdown == 0
                else checks.plain(rates, f"{name} blocked")
                for name in QUANTILES
            ]
            rows.append([what, *shown, *percents(rates, USUAL)])
    headers = ("blocked", *(f"{name}, interleaved" for name in QUANTILES), *USUAL)
    return table(headers, rows)


def _slowed(slowdown: float) -> str:
    return "unchanged" if slowdown == 0 else f"{100 * slowdown:.0f} % slower"


def _tests(found: Found, checks: Checklist) -> str:
    rows = [
        [
            f"{words}, {name}",
            *(_slower(found, checks, (words, name, slowdown)) for slowdown in SLOWDOWNS),
            checks.at_most(
                f"claimed safe: {name}, {words}, 10 % slower",
                found[cell(words, MARGIN)],
                f"{name} safe",
            ),
        ]
        for words in SHAPES
        for name in QUANTILES
    ]
    headers = ("slower", *(_slowed(slowdown) for slowdown in SLOWDOWNS), "claimed safe")
    return table(headers, rows)


def _slower(found: Found, checks: Checklist, key: tuple[str, str, float]) -> str:
    words, name, slowdown = key
    rates = found[cell(words, slowdown)]
    what = f"{name} slower, {words}, {_slowed(slowdown)}"
    known = reference.LATENCY[name][slowdown] if words == COMPARED else None
    if slowdown == 0:
        shown = checks.at_most(f"blocked: {what}", rates, f"{name} slower")
    elif known is None:
        shown = checks.plain(rates, f"{name} slower")
    else:
        shown = checks.at_least(
            f"found: {what}",
            rates,
            f"{name} slower",
            known=known,
            known_runs=reference.LATENCY_RUNS,
        )
    return shown if known is None else f"{shown} ({known:.1f})"


CHAPTER = Chapter(key="latency", cells=cells, write=write)
