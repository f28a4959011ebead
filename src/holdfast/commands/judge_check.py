"""`holdfast judge`: whether the word of a judge can be trusted; its group and `judge check`."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from holdfast.commands.console import Console, common, examples, run_argument, write_file
from holdfast.commands.judge_drift import drift_command
from holdfast.commands.judge_pairs import pairs_command
from holdfast.commands.judge_sheet import sheet_command
from holdfast.commands.judged_run import ask_again, cut_of, judge_of_run
from holdfast.errors import RecordError, UsageError

if TYPE_CHECKING:
    from holdfast.judges.admission import Admission
    from holdfast.judges.labels import Labels
    from holdfast.judges.matching import Matched
    from holdfast.record import MetricRecord, Run

__all__ = ["command"]

_ADMITTED, _MONITOR, _MISMATCH = 0, 1, 3
_MOST_ASKED = 200
"""Labelled cases that a judge is asked about again."""


@click.group(
    "judge",
    short_help="Find out whether a judge's word can be trusted.",
    epilog=examples(
        "holdfast judge sheet RUN --against BASELINE --out labels.csv",
        "holdfast judge check RUN --labels labels.csv --against BASELINE",
        "holdfast compare BASELINE RUN --labels labels.csv",
        "holdfast judge drift RUN evals/test_chat.py:SUITE",
    ),
)
def command() -> None:
    """Compare a judge with people before it gates a release.

    A judge is a metric with `judge = True`: a model, or anything else that judges as a person would
    and may err. Until `judge check` has admitted it, its gates only warn.
    """


command.add_command(sheet_command)
command.add_command(drift_command)
command.add_command(pairs_command)


@command.command(
    "check",
    short_help="Compare a judge with labels, and decide whether it may gate.",
    epilog=examples(
        "holdfast judge check RUN --labels labels.csv",
        "holdfast judge check RUN --labels labels.csv --repeat 2 --suite evals/test_chat.py:SUITE",
        "holdfast judge check RUN --labels labels.csv --against BASELINE --metric tone",
    )
    + "\n\n\b\nExit codes:\n  0  admitted: the judge may gate\n  1  not admitted: it only warns\n"
    "  3  the labels do not match the run\n  4  usage error, or an error of the tool",
)
@run_argument("run")
@click.option(
    "--labels",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="CSV or JSON Lines with case_id and label, and where needed rater, run, output.",
)
@click.option("--metric", metavar="METRIC", help="The judge, where the run has several.")
@click.option("--against", metavar="RUN", help="The baseline, where labels of both runs exist.")
@click.option("--cut", type=float, help="Scores from here on mean yes.  [default: the middle]")
@click.option("--suite", metavar="MODULE:SUITE", help="Holds the judge that --repeat asks.")
@click.option(
    "--repeat", type=click.IntRange(2), metavar="N", help="Ask the judge N times about an answer."
)
@common
def check_command(  # noqa: PLR0913  # one parameter for each option
    *,
    run: str,
    labels: Path,
    metric: str | None,
    against: str | None,
    cut: float | None,
    suite: str | None,
    repeat: int | None,
    console: Console,
) -> int:
    """Compare the judge of the run RUN with what people said of the same answers.

    It is admitted to gating where with 95 % confidence its balanced accuracy is at least 75 %, it
    says the same again in 95 % of answers, and it favours neither run; 50 positive and 50 negative
    labels are needed. The decision is written beside the baselines, to be reviewed and committed.
    """
    from holdfast.judges.labels import read_labels
    from holdfast.store import find, read_run

    if (suite is None) != (repeat is None):
        raise UsageError("--repeat and --suite go together: the suite holds the judge to be asked")
    root = console.project().store
    arms = {"candidate": read_run(find(run, root))}
    if against is not None:
        arms["baseline"] = read_run(find(against, root))
    judge = judge_of_run(arms["candidate"], metric)
    given = read_labels(labels)
    try:
        matched = _match(given, arms, judge)
    except RecordError as error:
        console.say(f"error: {error}")
        console.answer({"error": str(error), "exit_code": _MISMATCH})
        return _MISMATCH
    again = _asked_again(
        arms["candidate"],
        judge,
        matched=matched,
        suite=suite,
        repeat=repeat or 0,
        console=console,
    )
    admission = _admission(
        matched, arms, judge=judge, labels=given, cut=cut_of(judge, cut), again=again
    )
    _tell(admission, matched, notes=given.notes, console=console, store=root)
    return _ADMITTED if admission.admitted else _MONITOR


def _match(labels: "Labels", arms: "dict[str, Run]", judge: "MetricRecord") -> "Matched":
    from holdfast.judges.matching import match, trials_by_case

    return match(
        labels,
        {arm: trials_by_case(run.trials) for arm, run in arms.items()},
        names={run.id: arm for arm, run in arms.items()},
        metric=judge,
    )


def _asked_again(
    run: "Run",
    judge: "MetricRecord",
    *,
    matched: "Matched",
    suite: str | None,
    repeat: int,
    console: Console,
) -> "list[Run]":
    """New scores of the labelled answers, where they were asked for."""
    from holdfast.commands.run_suite import load_suite

    if suite is None:
        return []
    found = load_suite(suite)
    now = next((one for one in found.metrics if one.spec.label == judge.label), None)
    if now is not None and now.spec.recorded.digest != judge.spec.digest:
        raise UsageError(
            f"{judge.label} of {suite} is not the judge that scored run {run.id!r} (digest "
            f"{now.spec.recorded.digest[:8]}, then {judge.spec.digest[:8]}); score the run again "
            f"with `holdfast rescore {run.id} {suite}` and check the new run"
        )
    labelled = [one.trial.case_id for one in matched.rated if one.arm == "candidate"]
    cases = frozenset(list(dict.fromkeys(labelled))[:_MOST_ASKED])
    return [
        ask_again(run, found, judge.label, cases=cases, quiet=console.as_json)
        for _ in range(repeat)
    ]


def _admission(
    matched: "Matched",
    arms: "dict[str, Run]",
    *,
    judge: "MetricRecord",
    labels: "Labels",
    cut: float,
    again: "Sequence[Run]",
) -> "Admission":
    from holdfast.judges.admission import Admission, Terms, criteria
    from holdfast.judges.check import check, position_consistency
    from holdfast.judges.figures import figures_of
    from holdfast.judges.repetition import asked_again, repetition

    run = arms["candidate"]
    clusters = {
        case.id: f"cluster {case.cluster}" if case.cluster is not None else f"case {case.id}"
        for one in arms.values()
        for case in one.cases
    }
    groups = asked_again(run, judge, others=again)
    found = check(
        matched.rated,
        metric=judge,
        cut=cut,
        clusters=clusters,
        repetition=repetition(groups, run, judge, cut=cut),
        position=position_consistency(run.trials),
    )
    return Admission(
        suite=run.suite,
        judge=judge.label,
        digest=judge.spec.digest,
        labels=labels.digest,
        date=datetime.now(UTC).date().isoformat(),
        criteria=criteria(found, Terms()),
        figures=figures_of(found),
    )


def _tell(
    admission: "Admission",
    matched: "Matched",
    *,
    notes: "Sequence[str]",
    console: Console,
    store: Path,
) -> None:
    import json

    from holdfast.judges.admission import admission_path, admission_text
    from holdfast.judging.numbers import plural

    path = admission_path(admission.suite, admission.judge, store=store)
    text = admission_text(admission)
    write_file(path, text)
    console.say(
        f"{admission.judge} of suite {admission.suite}: {plural(len(matched.rated), 'answer')}"
    )
    for name, value in admission.figures.items():
        console.say(f"  {name.replace('_', ' '):20} {_shown(value)}")
    console.say("  (in brackets: lower and upper bound, each with 95 % confidence)")
    for one in admission.criteria:
        console.say(f"{one.state:10} {one.name}: {one.says}")
    for text in (*notes, *matched.strays):
        console.say(f"warning: {text}")
    console.say(
        "admitted: it may gate" if admission.admitted else "not admitted: its gates only warn"
    )
    console.say(f"written: {console.place(path)}   (review and commit it)")
    row = json.loads(text)
    strays = list(matched.strays)
    console.answer({**row, "path": str(path), "strays": strays, "notes": list(notes)})


def _shown(value: object) -> str:
    from holdfast.judging.numbers import MINUS, Scale

    if isinstance(value, list):
        numbers = cast("list[float]", value)
        low, middle, high = map(Scale(decimals=3).score, numbers)
        return f"{middle}   [{low} to {high}]"
    return f"{value:g}".replace("-", MINUS) if isinstance(value, float) else str(value)
