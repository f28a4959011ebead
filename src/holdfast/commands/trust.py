"""Trust: which gates of a comparison rest on a judge, and whether they may."""

from dataclasses import replace
from typing import TYPE_CHECKING

from holdfast.commands.rulebook import Rules
from holdfast.comparison import Comparison
from holdfast.config import Config
from holdfast.gate import Verdict
from holdfast.record import MetricRecord

if TYPE_CHECKING:
    from holdfast.judges.labels import Labels

__all__ = ["trusted_comparison", "trusted_rules", "with_standings", "without_gates"]


def trusted_comparison(comparison: Comparison, labels: "Labels | None") -> Comparison:
    """The comparison with every judge's change corrected by labels, where there are any."""
    if labels is None or comparison.problems:
        return comparison
    from holdfast.judges.correction import correct

    return correct(comparison, labels)


def trusted_rules(
    rules: Rules, metrics: tuple[MetricRecord, ...], *, comparison: Comparison, config: Config
) -> Rules:
    """The rules with every gate on a judge that was not admitted turned into a monitor."""
    if not any(metric.judge for metric in metrics):
        return rules
    from holdfast.judges.admission import demoted, read_admissions

    policies, notes = demoted(
        rules.policies,
        metrics,
        read_admissions(comparison.suite, store=config.store),
        corrected=[delta.metric.label for delta in comparison.deltas if delta.corrected],
    )
    return replace(rules, policies=policies, notes=(*rules.notes, *notes))


def with_standings(
    verdict: Verdict, metrics: tuple[MetricRecord, ...], *, config: Config
) -> Verdict:
    """The verdict with what is known of its judges."""
    if not any(metric.judge for metric in metrics):
        return verdict
    from holdfast.judges.admission import read_admissions
    from holdfast.judges.standing import standings_of

    comparison = verdict.comparison
    found = read_admissions(comparison.suite, store=config.store)
    return replace(verdict, judges=standings_of(metrics, found, comparison=comparison))


def without_gates(verdict: Verdict) -> Verdict:
    """The verdict of a comparison whose only gates were judges that nobody may trust yet."""
    problem = "every gate is a judge that was not admitted, so nothing can be said of a change"
    return replace(
        verdict,
        outcome="invalid",
        exit_code=3,
        sentence=f"Invalid: {problem}.",
        next_step="Label answers (`holdfast judge sheet`) and check the judge (`holdfast judge "
        "check`), or compare with labels of both runs (`holdfast compare --labels`).",
        problems=(*verdict.problems, problem),
    )
