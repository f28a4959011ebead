"""The gate of statgate, as its README calls it from Python.

Its interval is two-sided, so alpha = 0.10 puts 5 % on the side of a regression, as ours does. The
permutation test is not part of its verdict, so it gets the fewest permutations that are allowed.
"""

import sys

from statgate import GateSettings, Verdict, evaluate_gate
from statgate.records import EvalRecord
from verdicts import Drawn, main

SETTINGS = GateSettings(alpha=0.10, margin=0.02, seed=1, permutations=100)


def judge(drawn: Drawn) -> tuple[bool, bool]:
    """Whether any metric says BLOCK, and whether all say SHIP."""
    found = [
        evaluate_gate(_records(drawn, before), _records(drawn, after), SETTINGS).verdict
        for before, after in zip(drawn.baseline, drawn.candidate, strict=True)
    ]
    return Verdict.BLOCK in found, all(verdict is Verdict.SHIP for verdict in found)


def _records(drawn: Drawn, scores: object) -> list[EvalRecord]:
    return [
        EvalRecord(case_id=name, score=float(value), run_index=index)
        for name, row in zip(drawn.ids(), scores, strict=True)
        for index, value in enumerate(row)
    ]


if __name__ == "__main__":
    sys.exit(main(judge))
