"""Changes: offsetting changes, more and less flaky systems, and lost scores."""

from collections.abc import Sequence

from error_study.cells import Cell, GateCell
from error_study.chapter import Chapter, Found, percents, table
from error_study.checks import Checklist
from error_study.draws import FlakyCases
from error_study.usual_gates import NAMES

OFFSET = [((1, 1), 100), ((1, 1), 300), ((3, 3), 100), ((3, 3), 300), ((5, 1), 100), ((5, 1), 300)]
FLAKINESS = {0.02: "0.5 %", 0.1: "2.3 %", 0.5: "8.5 %", 2.0: "17 %"}
"""Share of cases on which two identical single trials disagree, by concentration."""
LOSSES = {
    "1 % of the candidate's scores": (0.0, 0.01),
    "2 % in both arms": (0.02, 0.02),
    "4 % of the candidate's scores": (0.0, 0.04),
}


def offset(trials: tuple[int, int], cases: int) -> GateCell:
    """3 % of the cases break and 17 % are repaired: no net change."""
    return GateCell(setting=FlakyCases(cases=cases, trials=trials, swapped=0.03), share=0.6)


def flaky(cases: int, concentration: float) -> GateCell:
    """An unchanged system that is more or less flaky."""
    return GateCell(setting=FlakyCases(cases=cases, concentration=concentration), share=0.6)


def losing(cases: int, lost: tuple[float, float], drop: float) -> GateCell:
    """Scores lost at random."""
    return GateCell(setting=FlakyCases(cases=cases, lost=lost, drop=drop), share=0.4)


def cells() -> Sequence[Cell]:
    """Everything that the section needs."""
    found = [offset(*key) for key in OFFSET]
    found += [flaky(cases, value) for cases in (100, 300) for value in FLAKINESS]
    found += [
        losing(cases, lost, drop)
        for cases in (100, 300)
        for lost in LOSSES.values()
        for drop in (0.0, 0.1)
    ]
    return found


def write(found: Found, checks: Checklist) -> str:
    """The section."""
    return "\n\n".join(
        (
            "## Offsetting changes",
            "3 % of the cases break for good and 17 % are repaired, so that the true mean stays "
            "the same while a fifth of the cases change.",
            _offset_table(found, checks),
            "## Flakiness",
            "Unchanged systems whose single trials disagree on more or on fewer of the cases.",
            _flaky_table(found, checks),
            "## Lost scores",
            "Scores lost at random, as by rate limits. They count against the candidate: where the "
            "lost ones could hide a regression the verdict is `inconclusive`, which blocks with "
            "exit code 2 and asks for another run, and where fewer than 95 % of the cases are "
            "paired it is `invalid`, exit code 3. Both are no claim that the candidate is worse.",
            _lost_table(found, checks),
        )
    )


def _offset_table(found: Found, checks: Checklist) -> str:
    rows = []
    for trials, cases in OFFSET:
        rates = found[offset(trials, cases)]
        what = f"{trials[0]} × {trials[1]} trials, {cases} cases"
        shown = checks.at_most(f"blocked: offsetting changes, {what}", rates, "blocked")
        rows.append([what, shown, *percents(rates, NAMES)])
    return table(("no net change", "holdfast", *NAMES), rows)


def _flaky_table(found: Found, checks: Checklist) -> str:
    rows = []
    for cases in (100, 300):
        for concentration, share in FLAKINESS.items():
            rates = found[flaky(cases, concentration)]
            what = f"{cases} cases, {share} disagree"
            shown = checks.at_most(f"blocked: unchanged, {what}", rates, "blocked")
            rows.append([what, shown, *percents(rates, NAMES)])
    return table(("unchanged", "holdfast", *NAMES), rows)


def _lost_table(found: Found, checks: Checklist) -> str:
    rows = []
    for cases in (100, 300):
        for words, lost in LOSSES.items():
            for drop in (0.0, 0.1):
                rates = found[losing(cases, lost, drop)]
                what = f"{cases} cases, {words}, {'unchanged' if drop == 0 else '−10 pt'}"
                shown = (
                    checks.at_most(f"blocked: lost scores, {what}", rates, "blocked")
                    if drop == 0
                    else checks.plain(rates, "blocked")
                )
                rows.append([what, shown, *percents(rates, ("exit 2", "exit 3"))])
    return table(("", "regressed", "inconclusive, run again", "invalid"), rows)


CHAPTER = Chapter(key="changes", cells=cells, write=write)
