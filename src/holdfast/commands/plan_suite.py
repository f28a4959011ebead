"""`holdfast plan`: what a suite can tell, and what more would cost, before it is spent."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from holdfast.commands.console import Console, common, examples, run_argument, write_file
from holdfast.errors import UsageError

if TYPE_CHECKING:
    from holdfast.config import Config
    from holdfast.planning.suite_plan import SuitePlan
    from holdfast.policy import Policy

__all__ = ["command"]

_FILE = click.Path(path_type=Path, dir_okay=False)
_ASSUMED = "score"
_CASES = 1_000_000
_TRIALS = 1_000


@click.command(
    "plan",
    short_help="What a suite can resolve, and what more would cost.",
    epilog=examples(
        "holdfast plan 20260314                                  a pilot run with repeats",
        "holdfast plan baseline:triage/support.triage            what the baseline resolves",
        "holdfast plan baseline:triage/support.triage 20260314   two runs: real changes count too",
        "holdfast plan --cases 200 --score 0.85 --flips 0.085    nothing was run yet",
        "holdfast plan 20260314 --margin recall=0.02 --power 0.9 --html plan.html",
    ),
)
@run_argument("baseline", required=False)
@run_argument("pilot", required=False)
@click.option("--margin", multiple=True, metavar="METRIC=X", help="Plan for a tolerated loss of X.")
@click.option("--power", type=float, help="Chance of the wanted verdict.  [default: 0.8]")
@click.option("--alpha", type=float, help="Accepted chance of a false alarm.  [default: 0.05]")
@click.option(
    "--baseline-trials", type=click.IntRange(1, _TRIALS), help="Trials per case of the baseline."
)
@click.option(
    "--candidate-trials", type=click.IntRange(1, _TRIALS), help="Trials per case of a candidate."
)
@click.option("--cases", type=click.IntRange(1, _CASES), help="Assumed number of cases.")
@click.option("--score", type=float, help="Assumed mean score, in [0, 1].")
@click.option("--flips", type=float, help="Share of cases on which two equal runs disagree.")
@click.option("--spread", type=float, help="Deviation of a case's change between equal runs.")
@click.option("--html", type=_FILE, metavar="FILE", help="Write the plan as one HTML file.")
@common
def command(  # noqa: PLR0913  # one parameter for each option
    *,
    baseline: str | None,
    pilot: str | None,
    margin: tuple[str, ...],
    power: float | None,
    alpha: float | None,
    baseline_trials: int | None,
    candidate_trials: int | None,
    cases: int | None,
    score: float | None,
    flips: float | None,
    spread: float | None,
    html: Path | None,
    console: Console,
) -> int:
    """Say what the gates of a suite can resolve, and what it takes to resolve their margins.

    From one run (its repeats tell the noise between trials), from two runs BASELINE and PILOT
    (their changes also tell how much cases differ), or from stated assumptions. Margins are those
    of the suite's policies, or given as METRIC=X; for assumptions, --margin score=X.

    Names the gates that no data could trip. Costs come from the usage that the run recorded; what
    it did not record is said to be unknown.
    """
    from holdfast.planning.document import plan_as_json
    from holdfast.planning.page import render_plan
    from holdfast.planning.words import plan_in_words

    config = console.project()
    asked = {"power": power, "alpha": alpha}
    trials = (baseline_trials, candidate_trials)
    with console.watching("drawn comparisons") as watch:
        if baseline is None:
            made = _assumed(
                _gates(margin, asked),
                cases,
                score,
                noise=(flips, spread),
                trials=trials,
                watch=watch,
            )
        elif any(value is not None for value in (cases, score, flips, spread)):
            raise UsageError(
                "give runs, or assumptions (--cases, --score, --flips, --spread), not both: a run "
                "tells all four"
            )
        else:
            names = [name for name in (baseline, pilot) if name is not None]
            made = _recorded(names, config, trials=trials, margin=margin, asked=asked, watch=watch)
    if html:
        write_file(html, render_plan(made))
    console.answer(plan_as_json(made))
    console.say(plan_in_words(made, width=console.width).rstrip())
    return 0


def _recorded(
    names: Sequence[str],
    config: "Config",
    *,
    trials: tuple[int | None, int | None],
    margin: tuple[str, ...],
    asked: dict[str, float | None],
    watch: Callable[[int], None],
) -> "SuitePlan":
    from holdfast.commands.overrides import override_tables
    from holdfast.commands.rulebook import read_policies
    from holdfast.commands.ruling import rules_for
    from holdfast.planning.suite_plan import plan_runs
    from holdfast.store import find, read_run

    folders = [find(name, config.store) for name in names]
    runs = [read_run(folder) for folder in folders]
    if len({run.id for run in runs}) < len(runs):
        raise UsageError(
            f"both are the run {runs[0].id!r}, and a run beside itself tells no noise; give it "
            "once, or a second run"
        )
    beside = next((found for folder in reversed(folders) if (found := read_policies(folder))), ())
    rules = rules_for(runs, config=config, beside=beside, tables=override_tables(margin=margin))
    policies = tuple(_adjusted(policy, asked) for policy in rules.policies)
    before = runs[0] if len(runs) > 1 else None
    return plan_runs(runs[-1], policies, baseline=before, trials=trials, watch=watch)


def _gates(margin: tuple[str, ...], asked: dict[str, float | None]) -> "list[Policy]":
    """The gates that are assumed: those of --margin, or one on a score."""
    from holdfast.commands.overrides import override_tables
    from holdfast.policy import DEFAULT_MARGIN, Policy

    margins = {table.metric: table.settings["margin"] for table in override_tables(margin=margin)}
    return [
        _adjusted(Policy(metric=name, margin=float(value)), asked)
        for name, value in (margins or {_ASSUMED: DEFAULT_MARGIN}).items()
    ]


def _assumed(
    gates: "Sequence[Policy]",
    cases: int | None,
    score: float | None,
    *,
    noise: tuple[float | None, float | None],
    trials: tuple[int | None, int | None],
    watch: Callable[[int], None],
) -> "SuitePlan":
    from holdfast.planning.design import Design
    from holdfast.planning.suite_plan import plan_assumed

    if cases is None or score is None:
        raise UsageError(
            "name a run to plan from, or say --cases, --score and --flips, for example "
            "--cases 200 --score 0.85 --flips 0.085"
        )
    return plan_assumed(
        gates,
        design=Design(cases=cases, baseline=trials[0] or 1, candidate=trials[1] or 1),
        score=score,
        flips=noise[0],
        spread=noise[1],
        watch=watch,
    )


def _adjusted(policy: "Policy", asked: dict[str, float | None]) -> "Policy":
    settings = {name: value for name, value in asked.items() if value is not None}
    return replace(policy, **settings) if settings else policy
