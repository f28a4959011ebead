"""`holdfast explain`: where each number of a finding comes from."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from holdfast.commands.console import Console, common, examples, run_argument
from holdfast.errors import UsageError

if TYPE_CHECKING:
    from holdfast.explaining.account import Step
    from holdfast.record import Run

__all__ = ["command"]

_WIDTH = 100


@click.command(
    "explain",
    short_help="Show where each number of a finding comes from.",
    epilog=examples(
        "holdfast explain 20260314 --metric recall",
        "holdfast explain 20260314 --metric recall --against 20260301",
        "holdfast explain 20260314            every metric of the run",
    ),
)
@run_argument("run")
@click.option("--metric", metavar="METRIC", help="Label or bare name; all metrics where left out.")
@click.option("--against", metavar="RUN", help="The other run; the baseline where left out.")
@click.option("--profile", metavar="NAME", help="pr, release, or one of your own.")
@common
def command(
    *, run: str, metric: str | None, against: str | None, profile: str | None, console: Console
) -> int:
    """Tell how the gate came to its finding, step by step.

    From the pairs of cases to the state: each step with its formula, the numbers that went in, and
    the paper that it follows. RUN is judged again beside its baseline, as `holdfast compare` does;
    the exit code is 0 whatever the verdict is.
    """
    from holdfast.commands.rulebook import read_policies
    from holdfast.commands.ruling import judge
    from holdfast.config import find_metric
    from holdfast.explaining.account import account
    from holdfast.store import find, read_run

    config = console.project()
    path = find(run, config.store)
    candidate = read_run(path)
    before = _other(candidate, against, console)
    verdict = judge(before, candidate, config=config, profile=profile, beside=read_policies(path))
    labels = [finding.metric for finding in verdict.findings]
    # Runs that cannot be compared have no findings, and the sentence says why.
    known = labels or [measured.label for measured in candidate.metrics]
    chosen = [find_metric(metric, known, where="--metric")] if metric else known
    accounts = {label: account(verdict, label) for label in chosen if labels}
    if console.as_json:
        console.answer(
            {
                "sentence": verdict.sentence,
                "metrics": {
                    label: [asdict(step) for step in steps] for label, steps in accounts.items()
                },
            }
        )
        return 0
    console.say(verdict.sentence)
    for label, steps in accounts.items():
        console.say(f"\n{label}\n{'=' * len(label)}\n{_text(steps)}")
    return 0


def _other(candidate: "Run", against: str | None, console: Console) -> "Run":
    from holdfast.store import baseline, find, read_run

    store = console.project().store
    if against is None:
        found = baseline(candidate.suite, candidate.system.name, root=store)
    else:
        found = read_run(find(against, store))
    if found is None:
        raise UsageError(
            f"there is no baseline of {candidate.suite}/{candidate.system.name}; "
            "name another run with --against"
        )
    if found.id == candidate.id:
        raise UsageError(
            f"both sides are the run {candidate.id!r}, and a run beside itself has no finding to "
            "explain; name another run, or the other side with --against"
        )
    return found


def _text(steps: "tuple[Step, ...]") -> str:
    import textwrap

    lines: list[str] = []
    for number, step in enumerate(steps, start=1):
        lines.append("")
        head = f"{number}. {step.title}: "
        lines += textwrap.wrap(head + step.result, _WIDTH, subsequent_indent="   ")
        for name, value in (("how", step.formula), ("source", step.source)):
            if value:
                lines += textwrap.wrap(f"   {name}: {value}", _WIDTH, subsequent_indent="        ")
        width = max((len(name) for name, _ in step.inputs), default=0)
        lines += [f"     {name:<{width}}  {value}" for name, value in step.inputs]
    return "\n".join(lines)
