"""`holdfast show`: one run in numbers, and what failed in it."""

from typing import TYPE_CHECKING

import click

from holdfast.commands.console import Console, common, examples, run_argument

if TYPE_CHECKING:
    from holdfast.record import Run

__all__ = ["command"]

_SHOWN = 50


@click.command(
    "show",
    short_help="Show one run: its scores, and what failed.",
    epilog=examples(
        "holdfast show 20260314",
        "holdfast show 20260314 --case q-17",
        "holdfast show baseline:triage/support.triage --failures",
        "holdfast show ./reports/runs/v2 --json",
    ),
)
@run_argument("run")
@click.option("--failures", is_flag=True, help="List every trial without an answer or a score.")
@click.option("--case", "case", metavar="ID", help="Show one case: its answers and scores in full.")
@common
def command(*, run: str, failures: bool, case: str | None, console: Console) -> int:
    """Show the run RUN: where it comes from, its means, and how its cases ended.

    An answer that failed counts as the worst score; a missing score is counted beside the mean.
    """
    from holdfast.store import find, read_run

    record = read_run(find(run, console.project().store))
    if case is not None:
        from holdfast.commands.show_case import case_document, case_text

        console.say("\n".join(case_text(record, case)))
        console.answer(case_document(record, case))
        return 0
    means, absent = _means(record), _absent(record)
    console.say("\n".join(_text(record, means)))
    if failures:
        console.say("\n".join(("", *_failures(absent))))
    console.answer(_document(record, means) | {"failures": absent})
    return 0


def _means(run: "Run") -> list[dict[str, object]]:
    """Mean of case means by metric, by the same rules that a comparison follows."""
    from holdfast.comparison import compare

    cases = compare(run, run).cases
    rows: list[dict[str, object]] = []
    for metric in run.metrics:
        lost = {t.case_id for t in run.trials if _is_missing(t.outcome(metric.label))}
        found = [pair.scores.get(metric.label, (None, None))[1] for pair in cases]
        scores = [score for score in found if score is not None]
        rows.append(
            {
                "metric": metric.label,
                "better": metric.better,
                "bounds": metric.bounds and list(metric.bounds),
                "mean": sum(scores) / len(scores) if scores else None,
                "cases": len(scores),
                "missing": len(lost),
            }
        )
    return rows


def _is_missing(outcome: object) -> bool:
    from holdfast.metric import Failure

    return isinstance(outcome, Failure) and outcome.stage != "system"


def _absent(run: "Run") -> list[dict[str, object]]:
    from holdfast.metric import Failure

    rows: list[dict[str, object]] = []
    for trial in run.trials:
        failed = {"": trial.failure} if trial.failure else trial.scores
        for metric, outcome in failed.items():
            if isinstance(outcome, Failure):
                where: dict[str, object] = {"case": trial.case_id, "repeat": trial.repeat}
                rows.append(
                    where | {"metric": metric, "stage": outcome.stage, "error": outcome.error}
                )
    return rows


def _text(run: "Run", means: list[dict[str, object]]) -> list[str]:
    from holdfast.judging.absence import commonest_failure
    from holdfast.record import tally
    from holdfast.report.origin_text import origin_lines
    from holdfast.report.untrusted import one_line

    ends = tally(run)
    counts = {name: getattr(ends, name) for name in ("passed", "failed", "errored", "skipped")}
    counts["unscored"] = ends.unscored
    said = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    lines = [
        f"run      {run.id}{'' if run.complete else ' (incomplete)'}",
        f"suite    {run.suite}, dataset {run.dataset}",
        f"system   {run.system.label}",
        f"started  {run.provenance.started or 'unknown'}",
        f"cases    {ends.total}: {said or 'none'}",
        f"trials   {len(run.trials)}, {run.repeats} asked for per case",
    ]
    if run.provenance.origin:
        lines.append(f"origin   {run.provenance.origin}")
    lines += origin_lines(run)
    most = commonest_failure(run.trials)
    if most:
        lines.append(f"errors   most often: {most}")
    lines = [one_line(line, 500) for line in lines]
    lines.append("")
    for row in means:
        mean = "no mean" if row["mean"] is None else f"{row['mean']:.4g}"
        lost = f", {row['missing']} without a score" if row["missing"] else ""
        lines.append(f"{one_line(str(row['metric']), 200)}: {mean} over {row['cases']} cases{lost}")
    return lines


def _failures(absent: list[dict[str, object]]) -> list[str]:
    from holdfast.report.untrusted import one_line

    if not absent:
        return ["every trial has an answer and every score"]
    lines = [
        one_line(
            f"{row['case']} #{row['repeat']} {row['stage']}"
            f"{' ' + str(row['metric']) if row['metric'] else ''}: {row['error']}",
            400,
        )
        for row in absent[:_SHOWN]
    ]
    if len(absent) > _SHOWN:
        lines.append(f"and {len(absent) - _SHOWN} more; --json lists them all")
    return lines


def _document(run: "Run", means: list[dict[str, object]]) -> dict[str, object]:
    from holdfast.storage.folder import manifest

    return {**manifest(run), "texts": run.texts, "means": means}
