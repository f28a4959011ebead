"""Admission: whether a judge may gate, why, and the reviewable file that says so.

<store>/judges/<suite>/<judge>.json lies beside the baselines and is committed like them.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from holdfast.errors import RecordError
from holdfast.judges.check import Check
from holdfast.judging.numbers import Scale, p_value, share
from holdfast.policy import Policy
from holdfast.record import MetricRecord
from holdfast.store import safe_name

__all__ = [
    "Admission",
    "Criterion",
    "Terms",
    "admission_path",
    "admission_text",
    "criteria",
    "demoted",
    "obstacle_of",
    "read_admissions",
]


_SCORES = Scale(decimals=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a judge must reach before it may gate."""

    fewest: int = 50
    """Positive and negative labels each, and answers judged twice."""
    balanced: float = 0.75
    """Lower bound of balanced accuracy."""
    repetition: float = 0.95
    """Share of equal decisions when the judge is asked the same again."""
    position: float = 0.90
    """Share of equal preferences in both orders."""
    alpha: float = 0.05
    """Level at which differential bias counts as found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One condition of admission."""

    name: str
    state: Literal["met", "missed", "unmeasured"]
    says: str
    """The figure beside what is asked, in a sentence."""
    needed: bool = True
    """Not measured is not admitted."""

    @property
    def blocks(self) -> bool:
        return self.state == "missed" or (self.state == "unmeasured" and self.needed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """What was decided about one judge of one suite."""

    suite: str
    judge: str
    """Label of the metric."""
    digest: str
    """Digest of the metric's spec: another model or prompt has another one."""
    labels: str
    """Digest of the labels file."""
    date: str
    criteria: tuple[Criterion, ...]
    figures: Mapping[str, Any]

    @property
    def admitted(self) -> bool:
        return not any(one.blocks for one in self.criteria)

    @property
    def reason(self) -> str:
        """Why the judge may only monitor; empty where it may gate."""
        return " ".join(one.says for one in self.criteria if one.blocks)


def criteria(check: Check, terms: Terms) -> tuple[Criterion, ...]:
    """Every condition with its figure."""
    found = [_enough(check, terms), _accurate(check, terms), _steady(check, terms)]
    if check.position is not None:
        found.append(_positioned(check, terms))
    return (*found, _fair(check, terms))


def _decided(name: str, says: str, *, met: bool) -> Criterion:
    return Criterion(name=name, state="met" if met else "missed", says=says)


def _enough(check: Check, terms: Terms) -> Criterion:
    yes, no = check.confusion.positives, check.confusion.negatives
    lacking = [
        f"{terms.fewest - count} more {name}"
        for count, name in ((yes, "positives"), (no, "negatives"))
        if count < terms.fewest
    ]
    counted = f"{yes} positive and {no} negative labels"
    if lacking:
        counted = f"not enough labels: {' and '.join(lacking)} ({counted})"
    return _decided("labels", f"There are {counted}.", met=not lacking)


def _accurate(check: Check, terms: Terms) -> Criterion:
    if check.balanced is None:
        says = "Balanced accuracy needs answers that people accept and answers that they refuse."
        return _decided("balanced accuracy", says, met=False)
    found = check.balanced
    met = found.low >= terms.balanced
    says = (
        f"Balanced accuracy is {share(found.estimate)} and with 95 % confidence at least "
        f"{share(found.low)}, where {share(terms.balanced, decimals=0)} is needed."
    )
    return _decided("balanced accuracy", says, met=met)


def _steady(check: Check, terms: Terms) -> Criterion:
    found, name = check.repetition, "repetition"
    if found is None or found.answers < terms.fewest:
        number = 0 if found is None else found.answers
        says = (
            f"The judge was asked twice about {number} answers, and {terms.fewest} are needed: add "
            "--repeat 2 and the suite, so that it is asked again."
        )
        return Criterion(name=name, state="unmeasured", says=says)
    met = found.share.estimate >= terms.repetition
    says = (
        f"Asked the same again it decides alike in {share(found.share.estimate)} of "
        f"{found.answers} answers, where {share(terms.repetition, decimals=0)} is needed."
    )
    return _decided(name, says, met=met)


def _positioned(check: Check, terms: Terms) -> Criterion:
    found = check.position
    if found is None:
        return Criterion(name="position", state="unmeasured", says="No pair was shown.")
    met = found.share.estimate >= terms.position
    says = (
        f"Shown in both orders it prefers alike in {share(found.share.estimate)} of {found.pairs} "
        f"pairs, where {share(terms.position, decimals=0)} is needed; of the others {found.first} "
        f"went to the answer shown first and {found.second} to the second."
    )
    return _decided("position", says, met=met)


def _fair(check: Check, terms: Terms) -> Criterion:
    found, name = check.bias, "differential bias"
    if found is None or found.cases < terms.fewest:
        number = 0 if found is None else found.cases
        says = (
            f"Whether it favours one system is not known: {number} cases are labelled in both "
            f"runs, and {terms.fewest} are needed (--against, and rows for both runs)."
        )
        return Criterion(name=name, state="unmeasured", says=says, needed=False)
    met = found.p > terms.alpha
    says = (
        f"Of answers that people find equally good it scores the candidate's "
        f"{_SCORES.change(found.shift.estimate)} beside the baseline's "
        f"({_SCORES.interval(found.shift.low, found.shift.high)}, "
        f"{p_value(found.p, alpha=terms.alpha)}, {found.cases} cases)."
    )
    return _decided(name, says, met=met)


def admission_path(suite: str, judge: str, *, store: Path) -> Path:
    """File of the admission of one judge."""
    return store / "judges" / safe_name(suite) / f"{safe_name(judge)}.json"


def admission_text(found: Admission) -> str:
    """The file's text: a reviewer reads the decision first."""
    row = {
        "suite": found.suite,
        "judge": found.judge,
        "admitted": found.admitted,
        "reason": found.reason,
        "judge_digest": found.digest,
        "labels_digest": found.labels,
        "date": found.date,
        "criteria": [
            {"name": one.name, "state": one.state, "says": one.says, "needed": one.needed}
            for one in found.criteria
        ],
        "figures": found.figures,
    }
    return json.dumps(row, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def read_admissions(suite: str, *, store: Path) -> dict[str, Admission]:
    """Admissions of a suite by label of the judge.

    Raises:
        RecordError: a file is broken.
    """
    found: dict[str, Admission] = {}
    for path in sorted((store / "judges" / safe_name(suite)).glob("*.json")):
        try:
            row = json.loads(path.read_text("utf-8"))
            admission = Admission(
                suite=row["suite"],
                judge=row["judge"],
                digest=row["judge_digest"],
                labels=row["labels_digest"],
                date=row["date"],
                criteria=tuple(Criterion(**one) for one in row["criteria"]),
                figures=row["figures"],
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RecordError(
                f"{path}: {error!r}; make it anew with `holdfast judge check`"
            ) from error
        found[admission.judge] = admission
    return found


def demoted(
    policies: Sequence[Policy],
    metrics: Sequence[MetricRecord],
    admissions: Mapping[str, Admission],
    *,
    corrected: Sequence[str] = (),
) -> tuple[tuple[Policy, ...], tuple[str, ...]]:
    """Policies in which no judge gates that was not admitted, and a note for each demotion.

    A judge whose change was `corrected` by labels of both runs gates without admission, because
    the corrected change is right whatever the judge.
    """
    judges = {metric.label: metric for metric in metrics if metric.judge}
    kept: list[Policy] = []
    notes: list[str] = []
    for policy in policies:
        judge = judges.get(policy.metric)
        if judge is None or policy.role != "gate" or policy.metric in corrected:
            kept.append(policy)
            continue
        why = obstacle_of(judge, admissions.get(policy.metric))
        kept.append(replace(policy, role="monitor") if why else policy)
        notes += [f"{policy.metric} is a judge and only monitored: {why}"] if why else []
    return tuple(kept), tuple(notes)


def obstacle_of(judge: MetricRecord, admission: Admission | None) -> str:
    """Why a judge may not gate, in a sentence; empty where it may."""
    step = "label answers and run `holdfast judge check RUN --labels FILE`."
    if admission is None:
        return f"nobody has checked it beside people; {step}"
    if admission.digest != judge.spec.digest:
        return (
            f"it is not the judge that was admitted on {admission.date[:10]} (digest "
            f"{admission.digest[:8]}, now {judge.spec.digest[:8]}); score the labelled answers "
            "again with `holdfast rescore` and check that run."
        )
    if not admission.admitted:
        return f"it was not admitted on {admission.date[:10]}. {admission.reason}"
    return ""
