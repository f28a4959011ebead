"""Peers: other statistics gates from the package index, on the same samples."""

import math
from collections.abc import Iterator, Sequence

from environments import PINS
from error_study.bounded_draws import BoundedScores
from error_study.cells import Cell, GateCell
from error_study.chapter import Chapter, Found, change, percents, table
from error_study.checks import Checklist, error, shown
from error_study.draws import FlakyCases, Setting
from error_study.peer_cells import PEERS, PeerCell, missing
from error_study.pictures import Curve, operating_curves
from error_study.sections import trials
from error_study.usual_gates import NAMES

DROPS = (0.0, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1)
CASES = (100, 300)
ROWS: dict[str, Setting] = {
    "30 cases, unchanged": FlakyCases(cases=30),
    "50 cases, unchanged": FlakyCases(cases=50),
    "1,000 cases, unchanged": FlakyCases(cases=1000),
    "3 × 3 trials, 100 cases, unchanged": FlakyCases(cases=100, trials=(3, 3)),
    "3 × 3 trials, 100 cases, −5 pt": FlakyCases(cases=100, trials=(3, 3), drop=0.05),
    "5 × 1 trials, 100 cases, unchanged": FlakyCases(cases=100, trials=(5, 1)),
    "5 × 1 trials, 100 cases, −5 pt": FlakyCases(cases=100, trials=(5, 1), drop=0.05),
    "12 metrics, 100 cases, unchanged": FlakyCases(cases=100, metrics=12, shifted=1),
    "clusters of 4, 100 cases, unchanged": FlakyCases(cases=100, clusters=(4,)),
    "clusters of 4, 300 cases, −10 pt": FlakyCases(cases=300, clusters=(4,), drop=0.1),
    "5 % of 50 cases lose 0.8 (−4 pt)": BoundedScores(kind="collapse", cases=50, drop=0.04),
    "5 % of 100 cases lose 0.8 (−4 pt)": BoundedScores(kind="collapse", cases=100, drop=0.04),
    "grades 1 to 5, 100 cases, unchanged": BoundedScores(kind="ordinal", cases=100),
}
CLAIMS = {
    "30 cases": FlakyCases(cases=30, drop=0.02),
    "50 cases": FlakyCases(cases=50, drop=0.02),
    "100 cases": FlakyCases(cases=100, drop=0.02),
    "300 cases": FlakyCases(cases=300, drop=0.02),
    "3 × 3 trials, 50 cases": FlakyCases(cases=50, trials=(3, 3), drop=0.02),
    "3 × 3 trials, 100 cases": FlakyCases(cases=100, trials=(3, 3), drop=0.02),
}
"""The true loss is the margin of 2 points."""
CLAIMING = ("statgate", "evalsig")
"""Those that call a candidate safe."""
SHARE = 0.25
SLOW_SHARE = 0.1
"""For evalsig on clusters, which takes most of a second for a sample."""
CALLS = {
    "statgate": (
        "evaluate_gate(...)",
        "alpha=0.10 (its interval is two-sided), margin=0.02; blocks on BLOCK, claims safety on "
        "SHIP; its verdict does not use the permutation test, which got the fewest permutations",
    ),
    "evalsig": (
        "compare(candidate, baseline, one_sided=True)",
        "alpha=0.05, arms swapped so that it looks for a regression, `cluster` where declared, "
        "mean of the trials; its `gate()` asks for proof that the candidate is better and so "
        "refuses nearly every unchanged one, which is why `compare` stands here",
    ),
    "deltagate": (
        "reliability_report(...)",
        "alpha=0.10 and level=0.90 (two-sided), blocks on a significant loss that survives Holm",
    ),
    "evalproof": (
        "compare_runs(...), decide(...)",
        "alpha=0.10 (two-sided), max_drop=0.02, min_cases=10, each metric gated by itself, as it "
        "gates one by design",
    ),
}


def ours(setting: Setting) -> GateCell:
    """Our gate on the setting."""
    if isinstance(setting, FlakyCases) and setting == FlakyCases(
        cases=setting.cases, trials=setting.trials, drop=setting.drop
    ):
        # The same cell as in the section on trials, so that it is simulated once.
        return trials.cell(setting.trials, setting.cases, setting.drop)
    return GateCell(setting=setting, share=0.5)


def theirs(setting: Setting, peer: str) -> PeerCell:
    """A peer on the first part of the same samples."""
    clustered = isinstance(setting, FlakyCases) and max(setting.clusters) > 1
    slow = peer == "evalsig" and clustered
    return PeerCell(setting=setting, peer=peer, share=SLOW_SHARE if slow else SHARE)


def curve_setting(cases: int, drop: float) -> FlakyCases:
    """One point of an operating curve."""
    return FlakyCases(cases=cases, drop=drop)


def present() -> list[str]:
    """Peers whose environment can be built here."""
    return [peer for peer in PEERS if not missing(peer)]


def cells() -> Sequence[Cell]:
    """Everything that the section needs."""
    peers = present()
    curves = [curve_setting(cases, drop) for cases in CASES for drop in DROPS]
    judged = list(dict.fromkeys([*curves, *ROWS.values()]))
    found: list[Cell] = [ours(setting) for setting in (*judged, *CLAIMS.values())]
    found += [theirs(setting, peer) for setting in judged for peer in peers]
    claiming = [peer for peer in peers if peer in CLAIMING]
    return found + [theirs(one, peer) for one in CLAIMS.values() for peer in claiming]


def write(found: Found, checks: Checklist) -> str:
    """The section."""
    peers = sorted({cell.peer for cell in found if isinstance(cell, PeerCell)}, key=PEERS.index)
    runs = found[theirs(curve_setting(100, 0.0), peers[0])].runs
    return "\n\n".join(
        (
            "## Beside other statistics gates",
            "Four gates from the package index judge the first "
            f"{runs} of the same samples; the Monte-Carlo error of their rates is at most "
            f"{error(50.0, runs):.1f} points. Each is called as its own documentation advises, "
            "with the margin of 2 points where it has one, and at the level that puts 5 % on the "
            "side of a regression, as ours does. " + _absent(peers),
            _calls(),
            "Blocked candidates, in percent; one binary trial per arm.",
            *(_curve_table(found, peers, cases) for cases in CASES),
            "![Operating curves with 100 cases](images/error-rates-100.svg)"
            " ![Operating curves with 300 cases](images/error-rates-300.svg)",
            "Other designs:",
            _rows(found, checks, peers),
            "### Claims that a loss of the whole margin is safe",
            "The true loss is 2 points, and so is the margin: a claim of safety is wrong, and 5 % "
            "of the runs may make it. evalsig allows what is proven better; deltagate and "
            "evalproof make no such claim.",
            _claims(found, checks, [peer for peer in peers if peer in CLAIMING]),
            "### Where another gate blocks more",
            _losses(found, peers),
        )
    )


def _absent(peers: Sequence[str]) -> str:
    gone = [peer for peer in PEERS if peer not in peers]
    return f"Not installable here, and so not measured: {', '.join(gone)}." if gone else ""


def _calls() -> str:
    return table(
        ("package", "call", "settings"),
        [[PINS[peer], f"`{call}`", words] for peer, (call, words) in CALLS.items()],
    )


def _curve_table(found: Found, peers: Sequence[str], cases: int) -> str:
    rows = []
    for drop in DROPS:
        setting = curve_setting(cases, drop)
        rates = found[ours(setting)]
        theirs_shown = [f"{found[theirs(setting, peer)].percent('blocked'):.1f}" for peer in peers]
        rows.append(
            [
                f"{cases} cases, {change(drop)}",
                shown(rates.percent("blocked"), rates.runs),
                *theirs_shown,
                *percents(rates, NAMES),
            ]
        )
    return table(("", "holdfast", *peers, *NAMES), rows)


def _rows(found: Found, checks: Checklist, peers: Sequence[str]) -> str:
    rows = []
    for words, setting in ROWS.items():
        rates = found[ours(setting)]
        if "unchanged" in words:
            own = checks.at_most(f"blocked: {words}", rates, "blocked")
        else:
            own = checks.plain(rates, "blocked")
        others = [f"{found[theirs(setting, peer)].percent('blocked'):.1f}" for peer in peers]
        rows.append([words, own, *others])
    return table(("", "holdfast", *peers), rows)


def _claims(found: Found, checks: Checklist, peers: Sequence[str]) -> str:
    rows = []
    for words, setting in CLAIMS.items():
        rates = found[ours(setting)]
        own = checks.at_most(f"claimed safe: {words}, −2 pt", rates, "safe 0.02")
        others = [found[theirs(setting, peer)] for peer in peers]
        rows.append([words, own, *(shown(o.percent("cleared"), o.runs) for o in others)])
    return table(("−2 pt, margin 2 pt", "holdfast", *peers), rows)


def _losses(found: Found, peers: Sequence[str]) -> str:
    """Changed candidates that another gate blocks clearly more often, with its false alarms."""
    rows = []
    for cases in CASES:
        for drop in DROPS[1:]:
            for gate, blocks, alarms, runs in _others(found, peers, cases, drop):
                rates = found[ours(curve_setting(cases, drop))]
                own = rates.percent("blocked")
                if blocks - own > 2.0 * math.hypot(error(blocks, runs), error(own, rates.runs)):
                    same = found[ours(curve_setting(cases, 0.0))].percent("blocked")
                    rows.append(
                        [
                            f"{cases} cases, {change(drop)}: {gate}",
                            f"{blocks:.1f}",
                            f"{own:.1f}",
                            f"{alarms:.1f}",
                            f"{same:.1f}",
                        ]
                    )
    if not rows:
        return "In no row by more than two Monte-Carlo errors."
    headers = ("", "it blocks", "holdfast blocks", "its false alarms", "holdfast's")
    return (
        "Rows in which a gate blocks more of the changed candidates by more than two Monte-Carlo "
        "errors, with the unchanged ones that it blocks. (`mean lower` and `lower by 2 points` "
        "block more everywhere, changed or not: see the tables above.)\n\n" + table(headers, rows)
    )


def _others(
    found: Found, peers: Sequence[str], cases: int, drop: float
) -> Iterator[tuple[str, float, float, int]]:
    changed, same = curve_setting(cases, drop), curve_setting(cases, 0.0)
    for peer in peers:
        there, alarms = found[theirs(changed, peer)], found[theirs(same, peer)]
        yield peer, there.percent("blocked"), alarms.percent("blocked"), there.runs


def pictures(found: Found) -> dict[str, str]:
    """SVG by file name."""
    peers = [peer for peer in PEERS if theirs(curve_setting(100, 0.0), peer) in found]
    drawn: dict[str, str] = {}
    for cases in CASES:
        settings = [curve_setting(cases, drop) for drop in DROPS]
        lines = {"holdfast": [found[ours(one)].percent("blocked") for one in settings]}
        for name in NAMES:
            lines[name] = [found[ours(one)].percent(name) for one in settings]
        for peer in peers:
            lines[peer] = [found[theirs(one, peer)].percent("blocked") for one in settings]
        curves = [
            Curve(name=name, drops=DROPS, percents=tuple(values)) for name, values in lines.items()
        ]
        title = f"{cases} cases, one trial per arm (dotted: 5 %)"
        drawn[f"error-rates-{cases}.svg"] = operating_curves(title, curves, nominal=5.0)
    return drawn


CHAPTER = Chapter(key="peers", cells=cells, write=write, pictures=pictures)
