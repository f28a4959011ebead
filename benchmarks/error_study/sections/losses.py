"""Losses: where the gate finds less than one would wish, in the figures of the other sections."""

from collections.abc import Sequence

from error_study.cells import Cell
from error_study.chapter import Chapter, Found
from error_study.checks import Checklist
from error_study.sections import clusters, metrics, sequential, slices, trials

BIG = clusters.SHAPES["25 cases each, few and big"][0]
HSD = ("hsd", 1, 300)
BETTING = ("betting", 1, 300)
SUITE = "300 cases, 5 topics"


def cells() -> Sequence[Cell]:
    """Cells of other sections, which are simulated once."""
    return [
        trials.cell((1, 1), 30, 0.1),
        trials.cell((1, 1), 100, 0.03),
        trials.cell((1, 1), 100, 0.05),
        trials.cell((1, 1), 300, 0.05),
        clusters.cell(BIG, 100, 0.1),
        clusters.cell(BIG, 100, 0.1, declared=False),
        clusters.cell(BIG, 100, 0.0, declared=False),
        metrics.binary(100, 1, 0.0, drop=metrics.DROP),
        metrics.binary(100, 12, 0.0, drop=metrics.DROP),
        sequential.cell(HSD, 0.05),
        sequential.cell(BETTING, 0.05),
        slices.cell(SUITE, 0.1),
    ]


def write(found: Found, checks: Checklist) -> str:
    """The section."""

    def rate(cell: Cell, name: str = "blocked") -> str:
        return f"{found[cell].percent(name):.0f} %"

    small, few, some, many = (found[cell] for cell in cells()[:4])
    loose = small.percent("lower by 2 points")
    return "\n".join(
        (
            "## Where the gate loses",
            "",
            f"- **Small suites.** With 30 cases and one trial it finds a loss of 10 points in "
            f"{small.percent('blocked'):.0f} % of runs; `lower by 2 points` blocks {loose:.0f} % "
            "of them, and blocks unchanged candidates too.",
            f"- **Small losses.** With 100 cases and one trial it finds 3 points in "
            f"{few.percent('blocked'):.0f} % of runs and 5 points in "
            f"{some.percent('blocked'):.0f} %; 300 cases find 5 points in "
            f"{many.percent('blocked'):.0f} %. More trials of the baseline, which are paid once, "
            "help most for their price.",
            f"- **Many gates.** A loss of 10 points in one metric of 100 cases is named in "
            f"{rate(metrics.binary(100, 1, 0.0, drop=metrics.DROP))} of runs where it is the only "
            f"gate, and in {rate(metrics.binary(100, 12, 0.0, drop=metrics.DROP), 'first metric')} "
            "where it is one of twelve that have nothing to do with each other.",
            f"- **Few big clusters.** With four clusters of 25 cases a loss of 10 points is found "
            f"in {rate(clusters.cell(BIG, 100, 0.1))} of runs: four independent pieces of evidence "
            "hardly ever suffice at 5 %. Left undeclared they would block "
            f"{rate(clusters.cell(BIG, 100, 0.1, declared=False))} of the candidates that lost, "
            f"and {rate(clusters.cell(BIG, 100, 0.0, declared=False))} of the unchanged ones.",
            f"- **Stopping early.** A loss of 5 points is found in "
            f"{rate(sequential.cell(HSD, 0.05))} of group-sequential runs of 300 cases and in "
            f"{rate(sequential.cell(BETTING, 0.05))} of betting ones, where all cases find it in "
            f"{many.percent('blocked'):.0f} %.",
            f"- **Slices.** One of five topics of 60 cases that lost 10 points is named in "
            f"{rate(slices.cell(SUITE, 0.1), 'lost tag named')} of runs.",
        )
    )


CHAPTER = Chapter(key="losses", cells=cells, write=write)
