"""Attribution: `python -m evals.attribution` prints why answers are wrong, one row per system.

It reads the newest complete run of each system of a suite that measures error causes; two settings
of a system are two systems.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from holdfast.config import load_config
from holdfast.errors import UsageError
from holdfast.metric import Failure, Score
from holdfast.metrics import CAUSES
from holdfast.record import Run
from holdfast.report.naming import short_labels
from holdfast.store import Header, read_run, runs

__all__ = ["attribution_report", "attribution_table", "main"]

_LABELS = {cause: f"error_cause(cause={cause})" for cause in CAUSES}


def attribution_table(several: Sequence[Run]) -> str:
    """A Markdown table: share of right answers and of each cause, by system.

    Raises:
        UsageError: a run does not measure the causes, or has answers without one; or runs were
            made on other cases, or with another definition of a cause, so that rows differ.
    """
    _check_alike(several)
    head = ["system", "answers", "right", *(cause.replace("_", " ") for cause in CAUSES)]
    lines = [f"| {' | '.join(head)} |", f"|---|{'--:|' * (len(head) - 1)}"]
    names = short_labels(run.system.label for run in several)
    for run in several:
        shares = [_share(run, _LABELS[cause]) for cause in CAUSES]
        cells = [names[run.system.label], str(len(run.trials))]
        cells += [f"{100 * share:.1f} %" for share in (max(0.0, 1 - sum(shares)), *shares)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _check_alike(several: Sequence[Run]) -> None:
    """Refuse rows that only look comparable."""
    for run in several[1:]:
        first = several[0]
        if what := _unlike(run, first):
            raise UsageError(
                f"the run {run.id!r} of {run.system.name!r} has {what} than {first.id!r} of "
                f"{first.system.name!r}, so their shares cannot stand in one table; run the suite "
                "again for both"
            )


def _unlike(run: Run, other: Run) -> str:
    """What keeps two runs from being rows of one table; empty where nothing does."""
    if run.dataset_digest != other.dataset_digest:
        return "other cases"
    unlike = [one for one in _causes(run).items() if one not in _causes(other).items()]
    return f"another {unlike[0][0]}" if unlike else ""


def _causes(run: Run) -> dict[str, str]:
    """Digests of the definitions of the causes that a run measures, by label."""
    measured = {metric.label: metric.spec.digest for metric in run.metrics}
    return {label: measured[label] for label in _LABELS.values() if label in measured}


def _share(run: Run, label: str) -> float:
    """Mean score; a trial without one would make every share wrong, and so is an error."""
    outcomes = [trial.outcome(label) for trial in run.trials]
    scores = [one.value for one in outcomes if isinstance(one, Score)]
    lost = [one.error for one in outcomes if isinstance(one, Failure)]
    if not scores or lost:
        raise UsageError(
            f"the run {run.id!r} of {run.system.name!r} has {len(lost)} of {len(outcomes)} answers "
            f"without {label}{f' ({lost[0]})' if lost else ''}; run the suite again with "
            "ErrorCause for each of CAUSES"
        )
    return sum(scores) / len(scores)


def attribution_report(several: Sequence[Run]) -> str:
    """The table of the runs that can stand beside the first, and a line for each that cannot."""
    latest = several[0]
    alike = [run for run in several if not _unlike(run, latest)]
    left = [
        f"Left out: {run.system.label}, run {run.id!r} with {_unlike(run, latest)} than "
        f"{latest.id!r}; run the suite again for it."
        for run in several
        if _unlike(run, latest)
    ]
    table = attribution_table(sorted(alike, key=lambda run: run.system.label))
    return "\n".join([table, *left, ""]) if left else table


def main(arguments: Sequence[str] = ()) -> None:
    """Print the table of a suite, of `handbook-answers` where none is named."""
    suite = arguments[0] if arguments else "handbook-answers"
    root = load_config(Path.cwd(), environ={}).store
    newest: dict[str, Header] = {}
    for one in runs(root):
        if one.suite == suite and one.complete:
            newest.setdefault(one.system, one)
    if not newest:
        raise UsageError(
            f"there is no run of {suite!r} here; make one with: pytest evals/test_answers.py"
        )
    sys.stdout.write(attribution_report([read_run(one.path) for one in newest.values()]))


if __name__ == "__main__":
    main(sys.argv[1:])
