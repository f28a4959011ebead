"""`holdfast judge drift`: whether a judge still says what it said."""

from typing import TYPE_CHECKING

import click

from holdfast.commands.console import Console, common, examples, run_argument
from holdfast.commands.judged_run import ask_again, cut_of, judge_of_run

if TYPE_CHECKING:
    from holdfast.judges.drift import Drift

__all__ = ["drift_command"]

_CODES = {"steady": 0, "drifted": 1, "undecided": 2}


@click.command(
    "drift",
    short_help="Ask a judge again about frozen answers.",
    epilog=examples(
        "holdfast judge drift baseline:chat/support.bot evals/test_chat.py:SUITE",
        "holdfast judge drift RUN evals/test_chat.py:SUITE --metric tone --margin 0.05",
    )
    + "\n\n\b\nExit codes:\n  0  steady: any shift is proven to be within the margin\n"
    "  1  drifted\n  2  undecided: more answers are needed\n"
    "  4  usage error, or an error of the tool",
)
@run_argument("run")
@click.argument("suite", metavar="MODULE:SUITE")
@click.option("--metric", metavar="METRIC", help="The judge, where the run has several.")
@click.option(
    "--margin", type=click.FloatRange(0, min_open=True), help="Tolerated shift, in score units."
)
@click.option("--cut", type=float, help="Scores from here on mean yes.  [default: the middle]")
@common
def drift_command(  # one parameter for each option
    *,
    run: str,
    suite: str,
    metric: str | None,
    margin: float | None,
    cut: float | None,
    console: Console,
) -> int:
    """Ask the judge of a suite again about the recorded answers of RUN, and compare the scores.

    A model behind a provider's name may change without its name. The answers are frozen, so every
    shift is the judge's own. The default margin is 2 % of the score's range.
    """
    from holdfast.commands.run_suite import load_suite
    from holdfast.judges.drift import drift
    from holdfast.store import find, read_run

    before = read_run(find(run, console.project().store))
    judge = judge_of_run(before, metric)
    every = {case.id for case in before.cases}
    after = ask_again(before, load_suite(suite), judge.label, cases=every, quiet=console.as_json)
    middle = cut_of(judge, cut)
    size = 1.0 if judge.bounds is None else judge.bounds[1] - judge.bounds[0]
    found = drift(before, after, metric=judge, cut=middle, margin=margin or 0.02 * size)
    _tell(found, changed=after.metrics[0].spec.digest != judge.spec.digest, console=console)
    return _CODES[found.state]


def _tell(found: "Drift", *, changed: bool, console: Console) -> None:
    from holdfast.judging.numbers import Scale, p_value, plural, share

    shift, scale = found.shift, Scale(decimals=3)
    answers = plural(found.answers, "answer")
    console.say(f"{found.metric.label}: {found.state}, {answers} scored again")
    console.say(
        f"  mean shift {scale.change(shift.estimate)} ({scale.interval(shift.low, shift.high)}), "
        f"tolerated {found.margin:g}, {p_value(found.p)}"
    )
    console.say(f"  same decision in {share(found.agreement.estimate)} of answers")
    if found.lost:
        console.say(f"  warning: no score now for {plural(found.lost, 'answer')} that had one")
    if changed:
        console.say(
            "  note: the suite's judge is declared as another version than the recorded one"
        )
    console.answer(
        {
            "judge": found.metric.label,
            "state": found.state,
            "answers": found.answers,
            "lost": found.lost,
            "shift": [shift.low, shift.estimate, shift.high],
            "agreement": [found.agreement.low, found.agreement.estimate, found.agreement.high],
            "p": found.p,
            "margin": found.margin,
            "version_changed": changed,
        }
    )
