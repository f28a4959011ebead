"""evalproof: `compare_runs` and `decide`, as its README calls them from Python.

Its tests are two-sided, so alpha = 0.10 puts 5 % on the side of a regression. It blocks where the
drop is at least `max_drop` and significant; one metric is gated by design, so several are gated one
by one. It has no repeated trials, so a case with several gets their mean.
"""

import sys

from evalproof import (
    CaseResult,
    GateConfig,
    Run,
    RunInfo,
    Score,
    SystemOutput,
    compare_runs,
    decide,
)
from verdicts import Drawn, main

ALPHA = 0.10


def judge(drawn: Drawn) -> tuple[bool, bool]:
    """Whether any metric fails the gate; a pass is no proof of safety, so nothing is cleared."""
    comparison = compare_runs(
        _run(drawn, drawn.baseline), _run(drawn, drawn.candidate), alpha=ALPHA
    )
    codes = [decide(comparison, _gate(index)).exit_code for index in range(drawn.baseline.shape[0])]
    assert set(codes) <= {0, 1}, codes
    return 1 in codes, False


def _gate(index: int) -> GateConfig:
    return GateConfig(metric=f"metric-{index}", max_drop=0.02, alpha=ALPHA, min_cases=10)


def _run(drawn: Drawn, scores: object) -> Run:
    info = RunInfo(
        suite="simulated",
        system="system",
        dataset_path="simulated",
        dataset_hash="simulated",
        started_at="",
        finished_at="",
        wall_time_s=0.0,
        evalproof_version="",
        seed=0,
    )
    results = [
        CaseResult(
            case_id=name,
            output=SystemOutput(output=""),
            scores={f"metric-{number}": _score(arm[index]) for number, arm in enumerate(scores)},
        )
        for index, name in enumerate(drawn.ids())
    ]
    return Run(info=info, results=results)


def _score(trials: object) -> Score:
    value = float(trials.mean())
    binary = len(trials) == 1 and value in (0.0, 1.0)
    return Score(value=value, passed=value == 1.0 if binary else None)


if __name__ == "__main__":
    sys.exit(main(judge))
