"""`holdfast review`: answers of two runs, judged by a person who does not know whose they are."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from holdfast.commands.console import Console, common, examples, run_argument
from holdfast.commands.view_store import open_option, port_option, serve
from holdfast.errors import UsageError

if TYPE_CHECKING:
    from holdfast.record import CaseRecord, MetricRecord, Run
    from holdfast.viewing.review_desk import Asked

__all__ = ["asked_of", "command", "prepare"]

_CASES = 150


@click.command(
    "review",
    short_help="Judge answers of two runs blind, side by side.",
    epilog=examples(
        "holdfast review OLD NEW --reviewer anna",
        "holdfast review OLD NEW --reviewer anna --metric tone --cases 160",
        "holdfast review OLD NEW --reviewer anna --filter state=broken",
        "holdfast review --summary reports/labels/triage.jsonl",
    ),
)
@run_argument("baseline", required=False)
@run_argument("candidate", required=False)
@click.option("--reviewer", metavar="NAME", help="Whose labels these are.")
@click.option(
    "--metric",
    metavar="METRIC",
    help="Label single answers on the scale of METRIC instead of choosing between two.",
)
@click.option(
    "--cases", type=click.IntRange(1), default=_CASES, help=f"Cases to draw.  [default: {_CASES}]"
)
@click.option("--seed", type=int, default=0, help="Seed of the drawing.")
@click.option(
    "--labels",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="JSON Lines to add to.  [default: labels/SUITE.jsonl in the store]",
)
@click.option(
    "--filter",
    "filters",
    multiple=True,
    metavar="WHAT=X",
    help="state=broken, or tag=NAME: only such cases; no random sample, so for reading alone.",
)
@click.option(
    "--summary",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Show what a file of labels says, and whose answers were preferred.",
)
@port_option
@open_option
@common
def command(  # noqa: PLR0913  # one parameter for each option
    *,
    baseline: str | None,
    candidate: str | None,
    reviewer: str | None,
    metric: str | None,
    cases: int,
    seed: int,
    labels: Path | None,
    filters: tuple[str, ...],
    summary: Path | None,
    port: int,
    show: bool | None,
    console: Console,
) -> int:
    """Show answers of the runs BASELINE and CANDIDATE to a person, without saying whose they are.

    Each case is a page in the browser: its input, and both answers as A and B in random order.
    One key chooses. Every choice is a line of the file of labels, on disk before the next question;
    whoever stops goes on there. The cases are a random sample, so that `judge check` and
    `compare --labels` can use the labels.
    """
    if summary is not None:
        from holdfast.commands.review_summary import tell_summary

        return tell_summary(summary, console)
    if baseline is None or candidate is None or reviewer is None:
        raise UsageError(
            "a review needs two runs and a person: holdfast review BASELINE CANDIDATE --reviewer "
            "NAME (or --summary FILE shows what was said)"
        )
    asked = asked_of(
        (baseline, candidate),
        plan={"reviewer": reviewer, "metric": metric, "cases": cases, "seed": seed},
        labels=labels,
        filters=filters,
        console=console,
    )
    progress = asked.review.progress()
    console.say(
        f"{progress.total} questions, {progress.done} answered; labels go to "
        f"{console.place(asked.review.file)}"
    )
    return serve(console, port=port, show=show, asked=asked)


def prepare(form: Mapping[str, str], console: Console) -> "Asked":
    """The review that the form of the first page asks for.

    Raises:
        HoldfastError: a field is wrong, or the runs share nothing.
    """
    metric = form.get("metric", "").strip() or None
    numbers: dict[str, int] = {}
    for name, least in (("cases", 1), ("seed", None)):
        text = form.get(name, "").strip()
        try:
            numbers[name] = int(text)
        except ValueError:
            raise UsageError(f"{name} is {text!r:.40}, and should be a whole number") from None
        if least is not None and numbers[name] < least:
            raise UsageError(f"{name} is {text}, and should be at least {least}")
    runs = (form.get("baseline", ""), form.get("candidate", ""))
    plan = {"reviewer": form.get("reviewer", ""), "metric": metric, **numbers}
    if form.get("kind") == "answer":
        plan["metric"] = metric or ""
    elif metric is not None:
        raise UsageError("a metric is for labels of single answers; leave it empty for pairs")
    return asked_of(runs, plan=plan, labels=None, filters=(), console=console)


def asked_of(
    names: tuple[str, str],
    *,
    plan: Mapping[str, object],
    labels: Path | None,
    filters: tuple[str, ...],
    console: Console,
) -> "Asked":
    """The review of two runs, as far as it is in the file of labels.

    Raises:
        HoldfastError: a run or metric is unknown, or there is nothing to ask.
    """
    from holdfast.commands.judged_run import judge_of_run
    from holdfast.reviewing.drawing import Plan, draw
    from holdfast.reviewing.review import Review, checked_reviewer
    from holdfast.store import find, read_run, safe_name
    from holdfast.viewing.review_desk import Asked

    store = console.project().store
    baseline, candidate = (read_run(find(name, store)) for name in names)
    if baseline.id == candidate.id:
        raise UsageError(f"both runs are {baseline.id!r}; a review needs two")
    metric: MetricRecord | None = None
    if plan["metric"] is not None:
        metric = judge_of_run(candidate, str(plan["metric"]) or None)
        if metric.bounds is None:
            raise UsageError(f"{metric.label} has no range, so people cannot label on its scale")
    made: Plan = Plan(
        kind="pair" if metric is None else "answer",
        reviewer=checked_reviewer(str(plan["reviewer"])),
        cases=int(str(plan["cases"])),
        seed=int(str(plan["seed"])),
        metric="" if metric is None else metric.label,
        filter=tuple(sorted(filters)),
    )
    found = draw(baseline, candidate, made, chosen=_chosen(filters, baseline, candidate))
    file = labels or store / "labels" / f"{safe_name(candidate.suite)}.jsonl"
    return Asked(review=Review(found, file), metric=metric)


def _chosen(
    filters: tuple[str, ...], baseline: "Run", candidate: "Run"
) -> "Callable[[CaseRecord], bool] | None":
    if not filters:
        return None
    from holdfast.comparison import compare

    states: dict[str, set[str]] = {}
    if any(text.startswith("state=") for text in filters):
        for pair in compare(baseline, candidate).cases:
            states[pair.case.id] = set(pair.states.values())
    wanted = [_condition(text) for text in filters]

    def chosen(case: "CaseRecord") -> bool:
        has = {"tag": set(case.tags), "state": states.get(case.id, set[str]())}
        return all(value in has[what] for what, value in wanted)

    return chosen


def _condition(text: str) -> tuple[str, str]:
    what, equals, value = text.partition("=")
    if not equals or what not in ("state", "tag"):
        raise UsageError(f"--filter is {text!r}; write state=broken, state=fixed or tag=NAME")
    # People read newly failing and newly passing; records say broken and fixed.
    words = {"newly failing": "broken", "newly passing": "fixed"}
    return what, words.get(value, value) if what == "state" else value
