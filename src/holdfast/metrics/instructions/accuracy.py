"""Accuracy: the share of all instructions of a run that were followed."""

from holdfast.dataset import Case
from holdfast.errors import UsageError
from holdfast.metric import Failure, Score
from holdfast.metrics.instructions.following import InstructionFollowing
from holdfast.metrics.instructions.instruction import read_instructions
from holdfast.record import CaseRecord, Run

__all__ = ["instruction_accuracy"]


def instruction_accuracy(run: Run, *, loose: bool = False) -> float:
    """IFEval's accuracy over instructions, to be put beside published figures.

    Each prompt counts as often as it has instructions; a trial that failed for the system's own
    fault followed none. The accuracy over prompts is the mean of `InstructionFollowing()`.

    Args:
        run: one that was scored by `InstructionFollowing(level="instruction")`.
        loose: take the metric's loose scores.

    Raises:
        UsageError: the run has no such scores, or a score is missing.
    """
    label = InstructionFollowing(level="instruction", loose=loose).spec.label
    if label not in [metric.label for metric in run.metrics]:
        known = ", ".join(metric.label for metric in run.metrics)
        raise UsageError(f"the run {run.id!r} has no scores of {label} (it has: {known})")
    weights = {case.id: _instructions(case) for case in run.cases}
    done = total = 0.0
    for trial in run.trials:
        outcome = trial.outcome(label)
        if isinstance(outcome, Failure) and outcome.stage != "system":
            raise UsageError(f"case {trial.case_id!r} has no score of {label}: {outcome.error}")
        weight = weights[trial.case_id]
        total += weight
        done += weight * outcome.value if isinstance(outcome, Score) else 0.0
    if not total:
        raise UsageError(f"the run {run.id!r} has no trials; there is nothing to average")
    return done / total


def _instructions(case: CaseRecord) -> int:
    found = read_instructions(Case(id=case.id, input=case.input, expected=case.expected))
    if isinstance(found, Failure):
        raise UsageError(found.error)
    return len(found)
