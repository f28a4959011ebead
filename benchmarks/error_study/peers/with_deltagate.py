"""deltagate: its suite report, which corrects over the metrics, as its README calls it.

Its test is two-sided, so alpha = 0.10 and 90 % intervals put 5 % on the side of a regression. It
has no margin, and no statement that a candidate is safe.
"""

import sys

import deltagate
from verdicts import Drawn, main


def judge(drawn: Drawn) -> tuple[bool, bool]:
    """Whether any metric is significantly worse after Holm's correction."""
    suite = {
        f"metric-{index}": (_means(drawn, after), _means(drawn, before))
        for index, (before, after) in enumerate(zip(drawn.baseline, drawn.candidate, strict=True))
    }
    report = deltagate.reliability_report(suite, level=0.90, alpha=0.10)
    surviving = set(report.holm_survivors)
    worse = [
        name in surviving and found.significant and found.delta < 0
        for name, found in report.tasks.items()
    ]
    return any(worse), False


def _means(drawn: Drawn, scores: object) -> dict[str, float]:
    return {name: float(row.mean()) for name, row in zip(drawn.ids(), scores, strict=True)}


if __name__ == "__main__":
    sys.exit(main(judge))
