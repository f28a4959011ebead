"""Sources: how each bound is computed, in a formula, and who says so."""

from collections.abc import Mapping
from dataclasses import dataclass

from holdfast.comparing.estimate import Method
from holdfast.judging.finding import Adjustment

__all__ = ["ADJUSTMENTS", "BOUNDS", "Way", "way_of_test"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way of computing something."""

    name: str
    formula: str
    source: str


BOUNDS: Mapping[Method, Way] = {
    "identical": Way(
        name="identical answers",
        formula="every answer equals the baseline's, so the change is exactly 0",
        source="nothing is estimated",
    ),
    "tango": Way(
        name="score bounds for two paired proportions",
        formula=(
            "the differences d at which (fixed - broken - n d) / sqrt(n (2 q + d (1 - d))) = -z "
            "and +z, where q is the likeliest rate of broken cases if the difference is d and z "
            "the 1 - alpha quantile of the normal distribution"
        ),
        source="Tango 1998, Statistics in Medicine 17:891",
    ),
    "fieller": Way(
        name="ratio of totals, corrected for skewness",
        formula=(
            "all ratios r for which the t bound of the mean of r * baseline - candidate is not "
            "above zero, over the cases (or clusters) and two pseudo-cases of typical size, one "
            "that consumes nothing and one that consumes twice as much; corrected for skewness, "
            "and never narrower than with a candidate that consumes less"
        ),
        source="Fieller 1954, JRSS B 16:175; Johnson 1978, JASA 73:536",
    ),
    "within-case": Way(
        name="bound for these cases alone",
        formula=(
            "mean change - z * sqrt(sum over the cases of both variances between trials, each "
            "over its number of trials, + (z / K)^2) / n, less the correction for skewness at its "
            "worst, (2 z^2 + 1) / (6 n K); K is the fewest trials of a case, and the unit the "
            "range of the score"
        ),
        source="Miller 2024, arXiv:2411.00640 (variance between trials); Johnson 1978, JASA 73:536",
    ),
    "exact": Way(
        name="exact count",
        formula="every trial of a case gave the same whole number, so the change is known",
        source="nothing is estimated",
    ),
    "ppi": Way(
        name="prediction-powered t bound with two pseudo-cases",
        formula=(
            "weight * mean of the judge over the other cases + mean over the labelled cases of "
            "(people - weight * judge), - t * standard error of both parts, each with two "
            "pseudo-cases at +0.75 and -0.75 of the score's range; the weight makes the variance "
            "smallest and is 0 below 50 labelled cases"
        ),
        source="Angelopoulos, Duchi and Zrnic 2023, arXiv:2311.01453",
    ),
    "shrunk-t": Way(
        name="t bound with two pseudo-units, corrected for skewness",
        formula=(
            "mean - t * standard error over the units (cases or clusters) and two pseudo-units at "
            "+0.75 and -0.75 of the score's range; the wider of this and its correction for "
            "skewness, and never narrower than with larger gains"
        ),
        source=(
            "Agresti and Caffo 2000, Am. Stat. 54:280; Johnson 1978, JASA 73:536; clusters: Miller "
            "2024, arXiv:2411.00640"
        ),
    ),
    "betting": Way(
        name="confidence sequence by betting",
        formula=(
            "all means m against which no mixture of fixed bets multiplies its stake by 1 / alpha; "
            "it holds at every number of cases at once"
        ),
        source="Waudby-Smith and Ramdas 2024, JRSS B 86:1, arXiv:2010.09686",
    ),
    "blocks": Way(
        name="ratio of quantiles over interleaved blocks",
        formula=(
            "log of the candidate's Harrell-Davis quantile over the baseline's, taken on log "
            "seconds; percentiles of that ratio over redrawn blocks, each with the requests of "
            "both systems, moved outwards to where a t interval has them"
        ),
        source=(
            "Harrell and Davis 1982, Biometrika 69:635; Hesterberg 2015, Am. Stat. 69:371; "
            "interleaving: Bulej et al. 2020, arXiv:2001.05811"
        ),
    ),
    "none": Way(
        name="no bound",
        formula="what was measured cannot carry a claim, so the bounds are infinite",
        source="nothing is estimated",
    ),
}
"""How bounds are computed, by `Delta.method`."""

ADJUSTMENTS: Mapping[Adjustment, Way] = {
    "none": Way(
        name="not adjusted",
        formula="one test in its family, so p stays p",
        source="nothing to adjust for",
    ),
    "holm": Way(
        name="Holm",
        formula="the i-th smallest of k p-values is multiplied by k - i + 1, and never falls",
        source="Holm 1979, Scand. J. Stat. 6:65",
    ),
    "max-t": Way(
        name="step-down over shared sign flips",
        formula=(
            "the share of sign flips, the same for all metrics at once, in which luck makes "
            "anything in the family look as bad as this metric does"
        ),
        source="Westfall and Young 1993, Resampling-Based Multiple Testing, chapters 2 and 4",
    ),
    "benjamini-hochberg": Way(
        name="Benjamini-Hochberg",
        formula="the i-th smallest of k p-values is multiplied by k / i, and never falls",
        source="Benjamini and Hochberg 1995, JRSS B 57:289",
    ),
}
"""How p-values are adjusted, by `Finding.adjustment`."""

_MID_P = "Fagerland, Lydersen and Laake 2013, BMC Med. Res. Methodol. 13:91 (mid-p)"

_TESTS = (
    Way(
        name="McNemar mid-p",
        formula=(
            "chance that of all cases that changed, each as likely to break as to be fixed, more "
            "are broken than here, and half of the chance of just as many"
        ),
        source=_MID_P,
    ),
    Way(
        name="exact sign-flip mid-p",
        formula=(
            "share of all ways to turn the signs of the changes that give a smaller sum, and half "
            "of those that give the same"
        ),
        source=_MID_P,
    ),
    Way(
        name="sign-flip",
        formula=(
            "share of seeded random ways to turn the signs of the changes that give a smaller sum, "
            "and half of those that give the same"
        ),
        source="Phipson and Smyth 2010, Stat. Appl. Genet. Mol. Biol. 9:39",
    ),
    Way(
        name="exact relabelling mid-p",
        formula=(
            "share of all ways to deal the trials of each case to the two runs that give a smaller "
            "sum of changes, and half of those that give the same"
        ),
        source="Fisher 1935, The Design of Experiments; " + _MID_P,
    ),
    Way(
        name="relabelling",
        formula=(
            "share of seeded random ways to deal the trials of each case to the two runs that give "
            "a smaller sum of changes, and half of those that give the same"
        ),
        source="Phipson and Smyth 2010, Stat. Appl. Genet. Mol. Biol. 9:39",
    ),
    Way(
        name="betting e-process",
        formula="1 / the largest factor by which fixed bets on a loss have multiplied their stake",
        source=BOUNDS["betting"].source,
    ),
    Way(
        name="bootstrap",
        formula="where zero lies among the ratios of resampled interleaved blocks",
        source=BOUNDS["blocks"].source,
    ),
    Way(
        name="PPI++",
        formula="the corrected change over its standard error, against the t distribution",
        source=BOUNDS["ppi"].source,
    ),
    Way(name="none", formula="nothing to test", source=""),
)


def way_of_test(test: str) -> Way:
    """How the p-values of `Delta.test` are computed; the test alone where nobody wrote it down.

    >>> way_of_test("McNemar mid-p, repeated at 3 looks").name
    'McNemar mid-p'
    """
    for way in _TESTS:
        if test.startswith(way.name):
            return way
    return Way(name=test, formula="", source="")
