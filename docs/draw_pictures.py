"""Draw the pictures of docs/explanation/statistics.md from the engine itself.

python docs/draw_pictures.py    # writes docs/images/explain-*.svg, the same on every machine
"""

from pathlib import Path

import matplotlib as mpl
import numpy as np
from scipy.special import ndtri

mpl.use("svg")
import matplotlib.pyplot as plt

from holdfast import Policy, compare, decide
from holdfast.stats import bounded, power, sign_flip, spending
from holdfast.testing import make_run

IMAGES = Path(__file__).parent / "images"
INK, BAD, GOOD, DOUBT, CALM = "#1f2937", "#b42318", "#067647", "#b54708", "#175cd3"
CASES, MEAN, FLAKINESS = 100, 0.85, 0.5
ALPHA = 0.05

plt.rcParams.update(
    {
        "svg.hashsalt": "holdfast",
        "svg.fonttype": "none",
        "font.family": "sans-serif",
        "font.size": 11,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "text.color": INK,
        "axes.edgecolor": INK,
        "axes.labelcolor": INK,
        "figure.facecolor": "white",
        "figure.constrained_layout.use": True,
    }
)


def save(figure: plt.Figure, name: str) -> None:
    """Write a picture without a date, so that an unchanged one is an unchanged file."""
    path = IMAGES / f"explain-{name}.svg"
    figure.savefig(path, metadata={"Date": None, "Creator": None})
    plt.close(figure)
    # Line ends are kept free of blanks, as everywhere in the repository.
    text = "\n".join(line.rstrip() for line in path.read_text("utf-8").splitlines())
    path.write_text(text + "\n", encoding="utf-8")


def flaky_runs(
    rng: np.random.Generator, number: int, *, drop: float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of runs, one trial per case: shape (number, cases) each.

    Every case passes with a probability of its own, drawn from Beta(.425, .075): some always
    pass, a few never do, and about 8.5 % of the cases differ between two identical runs.
    """
    rates = rng.beta(MEAN * FLAKINESS, (1 - MEAN) * FLAKINESS, size=(number, CASES))
    broken = rng.random((number, CASES)) < drop / MEAN
    before = rng.random((number, CASES)) < rates
    after = rng.random((number, CASES)) < np.where(broken, 0.0, rates)
    return before.astype(int), after.astype(int)


def luck() -> None:
    """The change of the mean when nothing changed."""
    before, after = flaky_runs(np.random.default_rng(1), 20_000)
    changes = 100 * (after.mean(axis=1) - before.mean(axis=1))
    points = np.arange(-10, 11)
    shares = np.array([(np.rint(changes) == point).mean() for point in points])
    lower, by_two = 100 * shares[points < 0].sum(), 100 * shares[points < -2].sum()
    figure, axes = plt.subplots(figsize=(7.2, 3.1))
    colours = [BAD if p < -2 else "#f0a39b" if p < 0 else "#cbd5e1" for p in points]
    axes.bar(points, 100 * shares, color=colours, width=0.85)
    axes.set_xlabel("candidate minus baseline, points")
    axes.set_ylabel("% of comparisons")
    top = 100 * shares.max()
    axes.text(-10.4, 0.97 * top, f"lower mean: {lower:.0f} %", color="#d9695c")
    axes.text(-10.4, 0.84 * top, f"lower by more than 2 points: {by_two:.0f} %", color=BAD)
    axes.set_title("The same system run twice on 100 cases, 20,000 times", loc="left")
    save(figure, "luck")


def pairing() -> None:
    """Power of a paired and of an unpaired test for the same losses."""
    rng = np.random.default_rng(2)
    drops = np.arange(0, 0.121, 0.01)
    paired, unpaired = [], []
    for drop in drops:
        before, after = flaky_runs(rng, 2_000, drop=float(drop))
        broken = ((before == 1) & (after == 0)).sum(axis=1)
        fixed = ((before == 0) & (after == 1)).sum(axis=1)
        worse = [
            sign_flip.exact(np.r_[-np.ones(b, np.int64), np.ones(f, np.int64)])[0]
            for b, f in zip(broken, fixed, strict=True)
        ]
        paired.append(100 * (np.array(worse) <= ALPHA).mean())
        p, q = before.mean(axis=1), after.mean(axis=1)
        error = np.sqrt((p * (1 - p) + q * (1 - q)) / CASES)
        unpaired.append(100 * ((q - p) / np.maximum(error, 1e-9) < -1.645).mean())
    figure, axes = plt.subplots(figsize=(7.2, 3.1))
    axes.plot(100 * drops, paired, color=CALM, lw=2.2)
    axes.plot(100 * drops, unpaired, color=DOUBT, lw=2.2, ls="--")
    axes.text(5.0, paired[5] + 12, "case by case", color=CALM, ha="right")
    axes.text(7.6, unpaired[7] - 9, "two averages", color=DOUBT)
    axes.axhline(5, color="#94a3b8", lw=0.8, ls=":")
    axes.set(xlabel="true loss, points", ylabel="% found", ylim=(0, 100), xlim=(0, 12))
    axes.set_title("How often a loss is found on 100 cases", loc="left")
    save(figure, "pairing")


def states() -> None:
    """Five comparisons and what the gate says of each."""
    shown = ((2, 22), (8, 6), (9, 1), (22, 14), (26, 9))
    figure, axes = plt.subplots(figsize=(7.2, 3.2))
    margin, cases = 0.05, 300
    colours = {"regressed": BAD, "inconclusive": DOUBT, "within_margin": GOOD, "improved": CALM}
    for row, (broken, fixed) in enumerate(shown):
        scores = [1] * (cases - fixed - 20) + [0] * (fixed + 20)
        later = [0] * broken + scores[broken : cases - fixed] + [1] * fixed
        runs = [
            make_run({f"case-{n}": [float(value)] for n, value in enumerate(values)}, id=name)
            for name, values in (("before", scores), ("after", later))
        ]
        verdict = decide(compare(*runs), [Policy(metric="correct", margin=margin)])
        finding = verdict.findings[0]
        delta = finding.delta
        if delta is None:
            raise SystemExit(f"the gate gave no numbers: {finding.why}")
        colour = colours[finding.state]
        axes.plot([100 * delta.low, 100 * delta.high], [-row, -row], color=colour, lw=2.5)
        axes.plot([100 * delta.estimate], [-row], "o", color=colour)
        tags = "".join(f", {tag.replace('_', ' ')}" for tag in finding.tags)
        axes.text(11, -row, finding.state.replace("_", " ") + tags, color=colour, va="center")
        axes.text(-20, -row, f"{broken} broke, {fixed} fixed", va="center", ha="left")
    axes.axvline(0, color=INK, lw=1)
    axes.axvline(-100 * margin, color=INK, lw=1, ls="--")
    axes.text(-100 * margin - 0.4, 0.62, "margin", ha="right")
    axes.text(0.4, 0.62, "no change")
    axes.set(
        xlim=(-20, 24),
        ylim=(-4.6, 1.0),
        xticks=[-10, -5, 0, 5, 10],
        xlabel="candidate minus baseline, points",
    )
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    save(figure, "states")


def resolution() -> None:
    """The margin that an unchanged candidate clears, by number of cases and trials."""
    cases = np.unique(np.geomspace(30, 2_000, 60).astype(int))
    within = MEAN * (1 - MEAN) * FLAKINESS / (FLAKINESS + 1)
    figure, axes = plt.subplots(figsize=(7.2, 3.3))
    for before, after, colour, name in (
        (1, 1, DOUBT, "1 trial each"),
        (5, 1, CALM, "baseline 5, candidate 1"),
        (3, 3, GOOD, "3 trials each"),
    ):
        variance = within / before + within / after
        guard = None if before == after == 1 else bounded.GUARD
        margins = [
            100 * power.resolvable_margin(variance, int(n), aim=power.Aim(), guard=guard)
            for n in cases
        ]
        axes.plot(cases, margins, color=colour, lw=2.2, label=name)
    axes.set(xscale="log", xlabel="cases", ylabel="margin, points", ylim=(0, 14))
    axes.set_xticks([30, 50, 100, 200, 300, 500, 1000, 2000])
    axes.set_xticklabels(["30", "50", "100", "200", "300", "500", "1,000", "2,000"])
    axes.minorticks_off()
    axes.legend(frameon=False)
    axes.set_title("Smallest margin that a suite can confirm in 80 % of runs", loc="left")
    save(figure, "resolution")


def many_gates() -> None:
    """At least one false alarm among several gates, with and without correction."""
    numbers = np.arange(1, 21)
    figure, axes = plt.subplots(figsize=(7.2, 2.9))
    alone = 100 * (1 - (1 - ALPHA) ** numbers)
    shared = 100 * (1 - (1 - ALPHA / numbers) ** numbers)
    axes.plot(numbers, alone, color=BAD, lw=2.2)
    axes.plot(numbers, shared, color=CALM, lw=2.2)
    axes.text(10, 50, "every gate at 5 %", color=BAD, ha="right")
    axes.text(11, 9, "all gates share 5 %", color=CALM)
    axes.set(xlabel="independent gates", ylabel="% of builds", ylim=(0, 70), xticks=[1, 5, 10, 20])
    axes.set_title("At least one false alarm when nothing changed", loc="left")
    save(figure, "many-gates")


def looks() -> None:
    """What each of ten looks may spend, and what free looks cost."""
    rng = np.random.default_rng(3)
    shares = np.arange(1, 11) / 10
    steps = rng.standard_normal((40_000, 10))
    paths = steps.cumsum(axis=1) / np.sqrt(np.arange(1, 11))
    paid = ndtri(1 - np.array(spending.nominal_levels(tuple(shares), ALPHA)))
    free = 100 * np.maximum.accumulate(paths > ndtri(1 - ALPHA), axis=1).mean(axis=0)
    held = 100 * np.maximum.accumulate(paths > paid, axis=1).mean(axis=0)
    figure, axes = plt.subplots(figsize=(7.2, 2.9))
    axes.plot(100 * shares, free, "o-", color=BAD, lw=2.2)
    axes.plot(100 * shares, held, "o-", color=CALM, lw=2.2)
    axes.text(60, free[5] + 2, "every look at 5 %", color=BAD, ha="right")
    axes.text(62, 7, "5 % spent over all looks", color=CALM, ha="right")
    axes.set(xlabel="% of the cases looked at", ylabel="% of builds", ylim=(0, 28))
    axes.set_title("False alarms up to each of ten looks, nothing changed", loc="left")
    save(figure, "looks")


def main() -> None:
    """Draw every picture."""
    for draw in (luck, pairing, states, resolution, many_gates, looks):
        draw()


if __name__ == "__main__":
    main()
