"""Ruling: runs and a project's settings give a verdict."""

from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from holdfast.calibrating.ledger import read_ledger
from holdfast.calibration import Calibration, read_calibration
from holdfast.commands.rulebook import Rules, rules_of
from holdfast.commands.trust import (
    trusted_comparison,
    trusted_rules,
    with_standings,
    without_gates,
)
from holdfast.comparing.difficulty import difficulty_of
from holdfast.comparison import Comparison, compare
from holdfast.config import Config, PolicyTable
from holdfast.gate import Verdict, decide
from holdfast.judging.absence import commonest_failure
from holdfast.metric import Failure
from holdfast.policy import Policy
from holdfast.quarantine import still_set_aside
from holdfast.record import Run
from holdfast.store import baseline_path

if TYPE_CHECKING:
    from holdfast.judges.labels import Labels

__all__ = ["changes_in_words", "judge", "judge_alone", "rules_for", "why_not_accepted"]


def judge(  # noqa: PLR0913  # labels and earlier runs are further sources of what is known
    baseline: Run,
    candidate: Run,
    *,
    config: Config,
    profile: str | None = None,
    beside: Sequence[Policy] = (),
    tables: Sequence[PolicyTable] = (),
    labels: "Labels | None" = None,
    earlier: Sequence[Run] = (),
) -> Verdict:
    """What the gate decides by the policies beside the suite, the project's, and the tables.

    Policies that nobody wrote are made up as `rules_of` says, and the warnings tell so. A gate on a
    judge that was not admitted only monitors, unless labels correct what the judge says. Where
    `earlier` runs say how difficult each case is, quarters by difficulty are slices.
    """
    rules = rules_for((baseline, candidate), config=config, beside=beside, tables=tables)
    comparison = _compared(baseline, candidate, rules, config)
    comparison = trusted_comparison(comparison, labels)
    gated = _gates(rules)
    rules = trusted_rules(rules, candidate.metrics, comparison=comparison, config=config)
    comparison = replace(comparison, notes=(*comparison.notes, *rules.notes))
    verdict = decide(
        comparison,
        rules.policies,
        profile=config.choose(profile),
        difficulty=difficulty_of(earlier, compared=(baseline, candidate)),
    )
    verdict = replace(verdict, calibration=_calibration(baseline, rules, config))
    verdict = with_standings(verdict, candidate.metrics, config=config)
    if gated and not _gates(rules) and not verdict.exit_code:
        return without_gates(verdict)
    chosen = beside or tables or config.suites.get(candidate.suite)
    # Nobody chose that nothing is gated, so nobody may take this for a pass.
    return verdict if gated or chosen or verdict.exit_code else _ungated(verdict)


def _compared(baseline: Run, candidate: Run, rules: Rules, config: Config) -> Comparison:
    """Both runs compared by what the project knows: quarantined cases, and how flaky each is."""
    aside, notes = still_set_aside(
        config.quarantines.get(candidate.suite, ()),
        cases=[case.id for run in (baseline, candidate) for case in run.cases],
        today=config.today,
    )
    comparison = compare(
        baseline,
        candidate,
        policies=rules.policies,
        quarantined=aside,
        flake_rates=_flake_rates(baseline, config),
    )
    comparison = replace(comparison, notes=(*comparison.notes, *notes))
    if not _same(baseline, candidate):
        return comparison
    problem = (
        f"both sides are the run {candidate.id!r}, and comparing a run with itself proves "
        "nothing; name two runs"
    )
    return replace(comparison, problems=(problem,))


def _gates(rules: Rules) -> bool:
    return any(policy.role == "gate" for policy in rules.policies)


def _flake_rates(baseline: Run, config: Config) -> dict[str, float]:
    """How flaky each case is known to be, in the metric where it is worst."""
    rates: dict[str, float] = {}
    for entry in read_ledger(
        baseline_path(baseline.suite, baseline.system.name, root=config.store)
    ):
        rates[entry.case] = max(entry.rate, rates.get(entry.case, 0.0))
    return rates


def _calibration(baseline: Run, rules: Rules, config: Config) -> Calibration | None:
    """What is known of the gates' own errors, where it was measured with these margins."""
    path = baseline_path(baseline.suite, baseline.system.name, root=config.store)
    found = read_calibration(path, baseline=baseline)
    margins = {policy.metric: policy.margin for policy in rules.policies}
    return found if found is not None and found.of_margins(margins) else None


def _ungated(verdict: Verdict) -> Verdict:
    problem = "no metric is gated, so nothing can be said of a change"
    return replace(
        verdict,
        outcome="invalid",
        exit_code=3,
        sentence=f"Invalid: {problem}.",
        next_step="Give a metric a margin, and a range where it has none; or say that it is only "
        "to be monitored or shown.",
        problems=(*verdict.problems, problem),
    )


def judge_alone(
    candidate: Run,
    *,
    config: Config,
    profile: str | None = None,
    beside: Sequence[Policy] = (),
    accepted: bool = False,
) -> Verdict:
    """What can be said of a run without a baseline: whether it reaches its floors.

    The outcome is a regression where it does not, else invalid, for want of a baseline; a pass
    where the run is `accepted`, the baseline itself.
    """
    rules = rules_for((candidate,), config=config, beside=beside)
    comparison = compare(candidate, candidate, policies=rules.policies)
    rules = trusted_rules(rules, candidate.metrics, comparison=comparison, config=config)
    comparison = replace(comparison, notes=(*comparison.notes, *rules.notes))
    nobody = replace(comparison.baseline, id="none", complete=True, tally={})
    floors = [
        replace(policy, margin=None)
        for policy in rules.policies
        if policy.role == "gate" and policy.floor is not None
    ]
    verdict = decide(replace(comparison, baseline=nobody), floors, profile=config.choose(profile))
    verdict = with_standings(verdict, candidate.metrics, config=config)
    name = f"{candidate.suite}/{candidate.system.name}"
    problem = f"there is no baseline of {name} yet"
    step = "Run pytest with --holdfast-accept, or `holdfast accept RUN`, and commit the baseline."
    if accepted and verdict.outcome != "regression":
        return replace(verdict, sentence=f"This run is the baseline of {name}.", next_step="")
    if verdict.outcome == "regression":
        return replace(verdict, problems=(*verdict.problems, f"{problem}; only floors were judged"))
    return replace(
        verdict,
        findings=(),
        outcome="invalid",
        exit_code=3,
        sentence=f"Invalid: {problem}, so nothing can be said of a change.",
        next_step=step,
        problems=(*verdict.problems, problem),
    )


def why_not_accepted(run: Run) -> str:
    """Why a run should not become a baseline, in a sentence; empty where it may."""
    faults = [
        trial.failure.error
        for trial in run.trials
        if trial.failure is not None and trial.failure.stage == "infrastructure"
    ]
    looks = () if run.sequence is None else run.sequence.looks
    if looks and looks[-1].cases < len(run.cases):
        return (
            f"it stopped after {looks[-1].cases} of {len(run.cases)} cases, because its verdict "
            "was decided; a baseline needs all of them: run again without stopping early"
        )
    if not run.complete:
        made, asked = len(run.trials), len(run.cases) * run.repeats
        return f"it is incomplete ({made} of {asked} trials); run again to finish it"
    if faults:
        return (
            f"the infrastructure failed in {len(faults)} of {len(run.trials)} trials "
            f"({faults[0][:200]}); run again to fill them in"
        )
    for metric in run.metrics:
        if all(isinstance(trial.outcome(metric.label), Failure) for trial in run.trials):
            most = commonest_failure(run.trials)
            why = f" (most often: {most})" if most else ""
            return f"it holds no score of {metric.label}{why}; nothing could be compared with it"
    return ""


def changes_in_words(verdict: Verdict | None) -> list[str]:
    """What a new baseline changes: one sentence in all, and one for each metric."""
    if verdict is None:
        return ["it is the first baseline of its suite and system"]
    old, new = verdict.comparison.baseline.id, verdict.comparison.candidate.id
    if old == new:
        return ["it was the baseline already"]
    findings = [f"{finding.metric}: {finding.why}" for finding in verdict.findings]
    return [f"instead of {old}: {verdict.sentence}", *findings]


def rules_for(
    runs: Sequence[Run],
    *,
    config: Config,
    beside: Sequence[Policy] = (),
    tables: Sequence[PolicyTable] = (),
) -> Rules:
    """The policies that runs of one suite are judged by, with the project's laid over them."""
    metrics = {metric.label: metric for run in runs for metric in run.metrics}
    suite = runs[-1].suite
    written = (*config.suites.get(suite, ()), *tables)
    rules = rules_of(tuple(metrics.values()), beside=beside, tables=written)
    near = [name for name in config.suites if name != suite and _alike(name, suite)]
    if near and suite not in config.suites:
        note = f"pyproject.toml has policies for a suite {near[0]!r}, and this one is {suite!r}."
        rules = replace(rules, notes=(*rules.notes, note))
    return rules


def _alike(name: str, other: str) -> bool:
    if name.lower() == other.lower():
        return True
    return bool(get_close_matches(name, [other], cutoff=0.8))


def _same(baseline: Run, candidate: Run) -> bool:
    if baseline.id != candidate.id:
        return False
    before = {(trial.case_id, trial.repeat): trial.scores for trial in baseline.trials}
    return before == {(trial.case_id, trial.repeat): trial.scores for trial in candidate.trials}
