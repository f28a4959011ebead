"""evalsig: its one-sided comparison, with the arms named so that it looks for a regression.

`gate()` of evalsig asks for proof that the candidate is better, and refuses everything else, an
unchanged candidate included; that is the second verdict here. Its `compare()` with the arms swapped
is the test for a regression. It reads the first trial of a case alone, so it gets the mean of the
trials.
"""

import sys

from evalsig import compare, gate
from evalsig.types import ItemResult, RunFrame
from verdicts import Drawn, main


def judge(drawn: Drawn) -> tuple[bool, bool]:
    """Whether any metric is significantly worse, and whether its release gate allows all."""
    cluster = None if drawn.clusters is None else "document"
    worse, allowed = [], []
    for before, after in zip(drawn.baseline, drawn.candidate, strict=True):
        old, new = _frame(drawn, before), _frame(drawn, after)
        worse.append(compare(new, old, alpha=0.05, one_sided=True, cluster=cluster).significant)
        report = gate(old, new, min_delta=0.02, alpha=0.05, cluster=cluster)
        allowed.append(report.exit_code == 0)
    return any(worse), all(allowed)


def _frame(drawn: Drawn, scores: object) -> RunFrame:
    clusters = drawn.clusters or [None] * len(drawn.ids())
    return RunFrame(
        run_id="run",
        model_id="system",
        task_id="simulated",
        metric_name="accuracy",
        items=[
            ItemResult(item_id=name, score=float(row.mean()), cluster_id=cluster)
            for name, row, cluster in zip(drawn.ids(), scores, clusters, strict=True)
        ],
    )


if __name__ == "__main__":
    sys.exit(main(judge))
