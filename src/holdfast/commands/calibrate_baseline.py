"""`holdfast calibrate`: a suite's own false-alarm rate, from its baseline's trials."""

from typing import TYPE_CHECKING

import click

from holdfast.commands.console import Console, common, examples

if TYPE_CHECKING:
    from pathlib import Path

    from holdfast.calibration import Calibration
    from holdfast.config import Config
    from holdfast.policy import Policy
    from holdfast.record import Run

__all__ = ["baseline_folder", "command", "policies_of", "runs_beside"]


@click.command(
    "calibrate",
    short_help="Measure a suite's own false alarms on its baseline.",
    epilog=examples(
        "holdfast calibrate triage/support.triage",
        "holdfast calibrate triage/support.triage --splits 1000 --json",
        "pytest evals --holdfast-repeats 5 --holdfast-accept    a baseline that can be split",
    ),
)
@click.argument("name", metavar="SUITE/SYSTEM")
@click.option("--splits", type=click.IntRange(20, 100_000), help="Random splits to judge.")
@click.option("--margin", multiple=True, metavar="METRIC=X", help="Gate it; tolerate a loss of X.")
@click.option("--dry-run", is_flag=True, help="Say it, and write nothing.")
@common
def command(
    *,
    name: str,
    splits: int | None,
    margin: tuple[str, ...],
    dry_run: bool,
    console: Console,
) -> int:
    """Split the trials of a baseline against themselves, and judge every split with the real gate.

    Says how often the gate raised a false alarm, which cases are flaky, what margin the suite
    resolves, and writes both calibration.json (shown in every report from then on) and
    flakes.jsonl (the pass history of flaky cases) beside the baseline, to be committed.

    All splits share the baseline's trials. The rate says whether the gate keeps its promise on
    data like these; what changes between days (another version of a model, load) is in them only
    as far as the trials were made on different days: `holdfast accept RUN --add` adds such trials.
    """
    from dataclasses import asdict

    from holdfast.calibrating.assay import calibrate
    from holdfast.calibrating.ledger import entries_of, merged, read_ledger, write_ledger
    from holdfast.calibration import write_calibration
    from holdfast.store import read_run

    config = console.project()
    folder = baseline_folder(name, config)
    baseline = read_run(folder)
    policies = policies_of(baseline, folder, config=config, margin=margin)
    with console.watching("splits") as watch:
        found = calibrate(baseline, policies, splits=splits, watch=watch)
    seen = entries_of(runs_beside(baseline, config), baseline=baseline)
    ledger = merged(read_ledger(folder), seen)
    paths: list[Path] = []
    if not dry_run:
        paths = [write_calibration(found, folder), write_ledger(ledger, folder)]
    for line in _told(found):
        console.say(line)
    for path in paths:
        console.say(f"wrote {console.place(path)}")
    console.answer({**asdict(found), "rate": found.rate, "sentence": found.sentence})
    return 0


def baseline_folder(name: str, config: "Config") -> "Path":
    """Folder of the baseline that SUITE/SYSTEM names, with `baseline:` before it or without."""
    from holdfast.store import find

    return find(f"baseline:{name.removeprefix('baseline:')}", config.store)


def policies_of(
    baseline: "Run", folder: "Path", *, config: "Config", margin: tuple[str, ...] = ()
) -> "tuple[Policy, ...]":
    """Policies beside the baseline, else beside the newest run of its suite, else the defaults."""
    from holdfast.commands.overrides import override_tables
    from holdfast.commands.rulebook import read_policies
    from holdfast.commands.ruling import rules_for
    from holdfast.store import runs

    beside = read_policies(folder)
    for header in runs(config.store):
        if beside:
            break
        if header.suite == baseline.suite:
            beside = read_policies(header.path)
    tables = override_tables(margin=margin)
    return rules_for((baseline,), config=config, beside=beside, tables=tables).policies


def runs_beside(baseline: "Run", config: "Config") -> "list[Run]":
    """Complete runs of the baseline's suite and system name that can be read."""
    from holdfast.errors import RecordError
    from holdfast.store import read_run, runs

    found: list[Run] = []
    for header in runs(config.store):
        if header.suite == baseline.suite and header.complete:
            try:
                found.append(read_run(header.path))
            except RecordError:
                continue
    return found


def _told(found: "Calibration") -> list[str]:
    from holdfast.judging.numbers import plural
    from holdfast.stats.proportion import clopper_pearson

    alone = clopper_pearson(0, max(found.independent, 1), alpha=0.05)[1]
    lines = [
        found.sentence,
        f"  {plural(found.doubtful, 'split')} of {found.splits} stayed inconclusive; with whole "
        f"repeats as the candidate {found.repeats[0]} of {found.repeats[1]} alarmed",
        "  The interval is conditional: all splits share the same trials. As evidence for other "
        f"trials they are {plural(found.independent, 'comparison')} without a common trial, which "
        f"alone would leave anything up to {100 * alone:.0f} % open.",
    ]
    for gate in found.gates:
        lines.append(
            f"  {gate.metric}: margin {gate.size(gate.margin)}, resolves "
            f"{gate.size(gate.resolvable)}, suggested margin {gate.size(gate.suggested)}, "
            f"{100 * gate.flips:.1f} % of pairs of trials disagree"
        )
        if gate.wide:
            lines.append(
                f"    warning: a margin of {gate.size(gate.suggested)} hides losses that people "
                "notice; add cases or baseline trials (see: holdfast plan)"
            )
    lines += [
        f"  flaky: {case.case!r} ({case.metric}): {100 * case.rate:.0f} %"
        for case in found.flakiest[:10]
    ]
    if found.flaky > 10:
        lines.append(f"  and {found.flaky - 10} more (see: holdfast flakes)")
    return lines
