"""How often does the gate block an unchanged candidate, and how often does it see a worse one?

Runs are simulated and judged through the public API: `compare` and `decide` with a margin of 0.02
and the profile `pr`. The usual gates judge the same draws. Exits with 1 where a false-alarm rate
exceeds the promised 5 %, or where power falls below the reference, by more than three Monte-Carlo
standard errors.

    python benchmarks/error_rates.py                  # under 6 minutes on 2 cores
    python benchmarks/error_rates.py --runs 10000 --write
"""

import argparse
import math
import sys
import time
from collections.abc import Sequence

from error_study import reference
from error_study.draws import Setting
from error_study.simulation import Cell, Rates, simulate
from error_study.usual_gates import NAMES
from report import Target, finish, table

NOMINAL = 5.0
DROPS = (0.0, 0.03, 0.05, 0.1)
ARMS = tuple((trials, cases) for trials in (1, 3) for cases in (50, 100, 300))
Found = dict[Cell, Rates]


def plain(arm: tuple[int, int], drop: float) -> Cell:
    """The cell of equal trials in both arms."""
    trials, cases = arm
    setting = Setting(cases=cases, baseline_trials=trials, candidate_trials=trials, drop=drop)
    margins = (0.02, 0.05) if drop == 0.05 else (0.02,)
    return Cell(setting=setting, margins=margins)


def unequal(cases: int, drop: float) -> Cell:
    """Five trials of the baseline and one of the candidate."""
    return Cell(setting=Setting(cases=cases, baseline_trials=5, candidate_trials=1, drop=drop))


MULTIPLE = {number: Cell(setting=Setting(cases=100, metrics=number)) for number in (1, 3, 12)}
CLUSTERED = {
    (cases, declared, drop): Cell(
        setting=Setting(cases=cases, cluster=4, declared=declared, drop=drop)
    )
    for cases in (100, 300)
    for declared in (True, False)
    for drop in (0.0, 0.1)
}
UNEQUAL = {(cases, drop): unequal(cases, drop) for cases in (50, 100, 300) for drop in (0.0, 0.05)}


def standard_error(percent: float, runs: int) -> float:
    """Monte-Carlo standard error of a rate, in points; never zero."""
    share = (percent / 100.0 * runs + 0.5) / (runs + 1)
    return 100.0 * math.sqrt(share * (1.0 - share) / runs)


def away(percent: float, known: float, runs: int) -> float:
    """Standard errors between a measured rate and one of the reference."""
    errors = standard_error(percent, runs), standard_error(known, reference.RUNS)
    return (percent - known) / math.hypot(*errors)


def excess(percent: float, runs: int) -> float:
    """Standard errors by which a rate exceeds the promised one."""
    return (percent - NOMINAL) / standard_error(NOMINAL, runs)


def blocked(rates: Rates) -> float:
    """Percent of the runs in which the gate returns exit code 1."""
    return 100.0 * rates.of("blocked 0.02")


def main_table(found: Found) -> str:
    """False alarms and power beside the reference and the usual gates."""
    rows: list[list[str]] = []
    for trials, cases in ARMS:
        for drop in DROPS:
            rates = found[plain((trials, cases), drop)]
            known = reference.REGRESSED[trials, cases][drop]
            rows.append(
                [
                    f"{trials} × {cases} cases, {_dropped(drop)}",
                    f"**{blocked(rates):.1f}**",
                    f"{known:.1f}",
                    f"{away(blocked(rates), known, rates.runs):+.1f}",
                    *(f"{100 * rates.of(name):.1f}" for name in NAMES),
                ]
            )
    headers = ("trials × cases, true change", "holdfast", "reference", "difference (SE)", *NAMES)
    return "## Candidates blocked, in percent\n\n" + table(headers, rows)


def _dropped(drop: float) -> str:
    return "unchanged" if drop == 0 else f"−{100 * drop:.0f} points"


def claims_table(found: Found) -> str:
    """Wrong claims of safety where the true loss is the margin itself."""
    rows: list[list[str]] = []
    for (trials, cases), margin, percent, known in claims(found):
        runs = found[plain((trials, cases), margin)].runs
        rows.append(
            [
                f"{trials} × {cases} cases, margin and loss {100 * margin:.0f} points",
                f"**{percent:.1f}**",
                f"{known:.1f}",
                f"{away(percent, known, runs):+.1f}",
            ]
        )
    headers = ("trials × cases", "holdfast", "reference", "difference (SE)")
    return "## Wrong claims of `within_margin`, in percent (nominal 5)\n\n" + table(headers, rows)


def claims(found: Found) -> list[tuple[tuple[int, int], float, float, float]]:
    """Arm, margin, percent of wrong claims, and the reference."""
    return [
        (arm, margin, 100.0 * found[plain(arm, margin)].of(f"safe {margin}"), known)
        for arm in ARMS
        for margin, known in reference.WRONG_CLAIMS[arm].items()
    ]


def special_table(found: Found) -> str:
    """Several metrics, clusters and unequal trials."""
    rows: list[list[str]] = []
    for number, cell in MULTIPLE.items():
        rows.append(_special(f"gated metrics: {number}, 100 cases, unchanged", found[cell]))
    for (cases, declared, drop), cell in CLUSTERED.items():
        word = "declared" if declared else "not declared (misuse)"
        what = f"{cases} cases in clusters of 4, {word}, {_dropped(drop)}"
        rows.append(_special(what, found[cell]))
    for (cases, drop), cell in UNEQUAL.items():
        known = reference.UNEQUAL.get(cases, {}).get(drop)
        what = f"5 baseline trials, 1 candidate trial, {cases} cases, {_dropped(drop)}"
        rows.append(_special(what, found[cell], known=known))
    headers = ("setting", "holdfast", "reference", "any p ≤ 0.05", *NAMES)
    return "## Exit code 1 in other settings, in percent\n\n" + table(headers, rows)


def _special(what: str, rates: Rates, *, known: float | None = None) -> list[str]:
    return [
        what,
        f"**{blocked(rates):.1f}**",
        "" if known is None else f"{known:.1f} ({away(blocked(rates), known, rates.runs):+.1f} SE)",
        f"{100 * rates.of('unadjusted'):.1f}",
        *(f"{100 * rates.of(name):.1f}" for name in NAMES),
    ]


def targets(found: Found) -> list[Target]:
    """What must hold."""
    unchanged = [plain(arm, 0.0) for arm in ARMS]
    unchanged += MULTIPLE.values()
    unchanged += [cell for (_, declared, drop), cell in CLUSTERED.items() if declared and drop == 0]
    unchanged += [cell for (_, drop), cell in UNEQUAL.items() if drop == 0]
    alarms = [excess(blocked(found[cell]), found[cell].runs) for cell in unchanged]
    powers = [
        -away(blocked(found[plain(arm, drop)]), known, found[plain(arm, drop)].runs)
        for arm in ARMS
        for drop, known in reference.REGRESSED[arm].items()
        if drop > 0
    ]
    wrong = [
        min(
            excess(percent, found[plain(arm, margin)].runs),
            away(percent, known, found[plain(arm, margin)].runs),
        )
        for arm, margin, percent, known in claims(found)
    ]
    neither = sum(rates.counts["neither"] for rates in found.values())
    return [
        Target(claim="worst false alarm, above 5 %", measured=max(alarms), limit=3.0, unit="SE"),
        Target(
            claim="worst power, below the reference", measured=max(powers), limit=3.0, unit="SE"
        ),
        Target(
            claim="worst wrong claim of safety, above 5 % and above the reference",
            measured=max(wrong),
            limit=3.0,
            unit="SE",
        ),
        Target(
            claim="the usual gates on our draws, away from the reference's",
            measured=max(strangeness(found)),
            limit=4.0,
            unit="SE",
        ),
        Target(claim="verdicts other than pass or regression", measured=neither, limit=0.0),
    ]


def strangeness(found: Found) -> list[float]:
    """Standard errors between the usual gates here and in the reference: are the draws the same?"""
    return [
        abs(away(100.0 * found[plain(arm, drop)].of(name), known, found[plain(arm, drop)].runs))
        for arm in ARMS
        for name, by_drop in reference.USUAL[arm].items()
        for drop, known in by_drop.items()
    ]


def cells() -> list[Cell]:
    """Everything that is simulated, the longest first."""
    everything = [plain(arm, drop) for arm in ARMS for drop in (*DROPS, 0.02)]
    everything += [*MULTIPLE.values(), *CLUSTERED.values(), *UNEQUAL.values()]
    unique = list(dict.fromkeys(everything))
    return sorted(unique, key=lambda cell: -_size(cell.setting))


def _size(setting: Setting) -> int:
    trials = setting.baseline_trials + setting.candidate_trials
    return setting.cases * trials * setting.metrics


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code of the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=1000, help="simulated runs of each cell")
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--write", action="store_true", help="write results/error-rates.md")
    chosen = parser.parse_args(arguments)
    began = time.perf_counter()
    found = simulate(cells(), runs=chosen.runs, seed=chosen.seed, processes=chosen.processes)
    sections = [
        f"{next(iter(found.values())).runs:,} runs of each row, margin 0.02, profile `pr`, seed "
        f"{chosen.seed}, {time.perf_counter() - began:.0f} seconds. Monte-Carlo standard error: "
        f"{standard_error(5.0, chosen.runs):.2f} points at 5 %, "
        f"{standard_error(50.0, chosen.runs):.2f} at 50 %. Reference figures: the reference "
        f"simulation of the specification, {reference.RUNS:,} runs.",
        main_table(found),
        claims_table(found),
        special_table(found),
    ]
    write = "error-rates" if chosen.write else None
    return finish("Error rates of the gate", sections, targets(found), write=write)


if __name__ == "__main__":
    sys.exit(main())
