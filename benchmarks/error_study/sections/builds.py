"""Builds: two builds of a function-calling system, by the figures of a public benchmark."""

from collections.abc import Sequence

from error_study.cells import Cell, GateCell
from error_study.chapter import Chapter, Found, percents, table
from error_study.checks import Checklist
from error_study.tagged_draws import FUNCTION_CALLING, TaggedCases
from error_study.usual_gates import NAMES

WHOLE = tuple(FUNCTION_CALLING.items())
CATEGORY = "multi_turn_base"
LOSS = 0.12


def noise(flips: float) -> GateCell:
    """Two builds that differ by noise alone."""
    return GateCell(setting=TaggedCases(sizes=WHOLE, flips=flips), share=0.2)


def alone() -> GateCell:
    """The 200 cases of one category, which lost 12 points."""
    setting = TaggedCases(sizes=((CATEGORY, 200),), worse=CATEGORY, loss=LOSS)
    return GateCell(setting=setting, share=0.4)


def within() -> GateCell:
    """The same loss within all cases."""
    return GateCell(setting=TaggedCases(sizes=WHOLE, worse=CATEGORY, loss=LOSS), share=0.2)


def cells() -> Sequence[Cell]:
    """Everything that the section needs."""
    return [noise(0.06), noise(0.07), alone(), within()]


def write(found: Found, checks: Checklist) -> str:
    """The section."""
    return "\n\n".join(
        (
            "## Two builds of a function-calling system",
            "4,241 cases in 16 categories, one trial per arm. Between two builds that differ by "
            "noise 6 to 7 % of the cases flip, as often for the better as for the worse. "
            "`silent`: neither regressed nor improved.",
            _noise_table(found, checks),
            "One category of 200 cases lost 12 points, on top of that noise: judged alone, and "
            "within all 4,241 cases, where the whole lost 0.6 points, less than the margin of 2.",
            _loss_table(found, checks),
        )
    )


def _noise_table(found: Found, checks: Checklist) -> str:
    rows = []
    for flips in (0.06, 0.07):
        rates = found[noise(flips)]
        what = f"4,241 cases, {100 * flips:.0f} % flip, no net change"
        rows.append(
            [
                what,
                checks.plain(rates, "silent"),
                checks.at_most(f"blocked: {what}", rates, "blocked"),
                checks.at_most(f"improved: {what}", rates, "improved"),
                checks.at_most(f"named: a slice, {what}", rates, "slice lost"),
                *percents(rates, NAMES),
            ]
        )
    return table(("", "silent", "blocked", "improved", "a slice lost", *NAMES), rows)


def _loss_table(found: Found, checks: Checklist) -> str:
    rows = []
    for words, cell in (("200 cases alone", alone()), ("within 4,241 cases", within())):
        rates = found[cell]
        slices = ["", "", ""]
        if cell == within():
            slices = [
                checks.plain(rates, "lost tag named"),
                checks.plain(rates, "in the sentence"),
                checks.at_most("named: another category", rates, "other tag named"),
            ]
        shown = [checks.plain(rates, "blocked"), checks.plain(rates, "within margin")]
        rows.append([words, *shown, *slices, *percents(rates, NAMES)])
    headers = (
        "one category −12 pt",
        "regressed",
        "within margin",
        "the category is named",
        "in the verdict's sentence",
        "another one is named",
    )
    return table((*headers, *NAMES), rows)


CHAPTER = Chapter(key="builds", cells=cells, write=write)
