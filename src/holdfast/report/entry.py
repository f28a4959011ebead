"""Entry: one verdict as the site remembers it, without its cases."""

import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime
from typing import Any, cast, get_args

import numpy as np

from holdfast.comparison import Delta
from holdfast.digest import Json
from holdfast.errors import UsageError
from holdfast.gate import Finding, Outcome, State, Verdict
from holdfast.report.rows import MetricRow, metric_rows, row_scale
from holdfast.report.wording import STATES, Word
from holdfast.stats.level import level_interval

__all__ = ["IndexEntry", "MetricEntry", "entry_of", "moment_of"]

_SCHEME = re.compile(r"^\s*(?:[^/?#]*:|[/\\]{2})")
_MOST = 40
"""Metrics that are remembered of one verdict, the most important first."""
_EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricEntry:
    """One metric of a verdict: finished texts, and the numbers that a picture needs."""

    metric: str
    role: str
    state: State
    word: str
    """The state in words, which may say more than the state's name."""
    direction: str = ""
    level: str = "none"
    """The candidate's level between its 95 % bounds."""
    baseline: str = "none"
    change: str = "none"
    interval: str = "none"
    """Bounds of the change, in the metric's own direction."""
    confidence: str = ""
    """Level of these bounds, such as `90 %`."""
    margin: str = ""
    percent: bool = False
    """Scores are shares: pictures write them in per cent."""
    unit: str = ""
    levels: tuple[float | None, float | None, float | None] = (None, None, None)
    """Lower bound, level and upper bound of the candidate."""
    before: float | None = None
    """Level of the baseline."""
    changes: tuple[float | None, float | None, float | None] = (None, None, None)
    """Lower bound, change and upper bound; positive is better, as `ratio` counts."""
    margin_size: float | None = None
    ratio: bool = False
    """Changes are shares of the baseline's total."""

    @property
    def shown(self) -> Word:
        """The state as a reader meets it."""
        word = STATES[self.state]
        return Word(self.word or word.text, word.glyph, word.tone)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexEntry:
    """One verdict, as the index lists it."""

    suite: str
    system: str
    """Label of the candidate."""
    outcome: Outcome
    sentence: str
    started: str
    """ISO 8601 time at which the candidate's run began."""
    href: str
    """Path of the report relative to the index; empty where the page is gone."""
    counts: Mapping[str, int] = field(default_factory=dict[str, int])
    """Number of cases by how they ended."""
    name: str = ""
    """Name of the candidate's system, under which its baseline is kept."""
    run: str = ""
    """Id of the candidate's run."""
    beside: str = ""
    """Label of the system that stood in the baseline's place; empty for the accepted baseline."""
    baseline: str = ""
    """Id of the run that it was judged beside; empty where there was none."""
    commit: str = ""
    passed: bool = False
    """The exit code was 0, which it can be where doubt does not block."""
    accepted: bool = False
    """The run became the baseline."""
    metrics: tuple[MetricEntry, ...] = ()
    """The verdict's findings in its order."""
    session: str = ""
    """ISO 8601 time at which the session ended that gave the verdict; empty for other verdicts."""
    seen: str = ""
    """ISO 8601 time at which the verdict was first listed."""
    key: str = ""
    """Digest of everything that the page depends on; empty where nobody knows."""

    def __post_init__(self) -> None:
        if _SCHEME.match(self.href):
            raise UsageError(
                f"the index links to files beside it, got {self.href!r}; "
                "give a path relative to the index, such as 'suite/system.html'"
            )

    @property
    def gate(self) -> tuple[str, str, str]:
        """What is judged: suite, system, and what stands in its baseline's place."""
        name = self.system if self.beside else self.name or self.system
        return (self.suite, name, self.beside)

    @property
    def moment(self) -> datetime:
        """When the run began; a run cannot have begun after it was first listed."""
        return min(moment_of(self.started), moment_of(self.seen, unknown=datetime.max))

    def as_json(self) -> dict[str, Json]:
        """The entry as a value that JSON can hold."""
        return asdict(self)

    @classmethod
    def from_json(cls, row: object) -> "IndexEntry | None":
        """The entry that somebody wrote; None where it is none."""
        if not isinstance(row, dict):
            return None
        written = cast("dict[str, Any]", row)
        known = {f.name: written[f.name] for f in fields(cls) if f.name in written}
        known["metrics"] = tuple(
            found
            for found in map(_metric_from, _items(known.get("metrics", ())))
            if found is not None
        )
        try:
            entry = cls(**known)
        except (TypeError, UsageError):
            return None
        return entry if _is_sound(entry) else None


def _is_sound(entry: IndexEntry) -> bool:
    counts: Any = entry.counts
    numbers_only = isinstance(counts, dict) and all(
        isinstance(value, int) for value in cast("dict[str, Any]", counts).values()
    )
    texts = (getattr(entry, f.name) for f in fields(entry) if f.type is str)
    return (
        numbers_only
        and all(isinstance(text, str) for text in texts)
        and entry.outcome in get_args(Outcome)
    )


def _metric_from(row: object) -> MetricEntry | None:
    if not isinstance(row, dict):
        return None
    written = cast("dict[str, Any]", row)
    known = {f.name: written[f.name] for f in fields(MetricEntry) if f.name in written}
    for name in ("levels", "changes"):
        known[name] = _items(known.get(name, (None, None, None)))
        if len(known[name]) != 3 or not all(map(_is_number, known[name])):
            return None
    try:
        found = MetricEntry(**known)
    except TypeError:
        return None
    texts = (getattr(found, f.name) for f in fields(found) if f.type is str)
    sound = all(isinstance(text, str) for text in texts) and found.state in STATES
    return found if sound and _is_number(found.before) and _is_number(found.margin_size) else None


def _items(value: object) -> tuple[Any, ...]:
    return tuple(cast("list[Any]", value)) if isinstance(value, list | tuple) else ()


def _is_number(value: object) -> bool:
    return value is None or (isinstance(value, int | float) and math.isfinite(value))


def moment_of(text: str, *, unknown: datetime | None = None) -> datetime:
    """The moment that a time in ISO 8601 names; times of different offsets can be compared."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = _EARLIEST if unknown is None else unknown
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def entry_of(verdict: Verdict, *, href: str, beside: str = "") -> IndexEntry:
    """What the site remembers of a verdict whose page lies at the path."""
    comparison = verdict.comparison
    candidate = comparison.candidate
    baseline = "" if comparison.baseline.id == "none" else comparison.baseline.id
    rows = zip(verdict.findings[:_MOST], metric_rows(verdict)[:_MOST], strict=True)
    return IndexEntry(
        suite=comparison.suite,
        system=candidate.system.label,
        outcome=verdict.outcome,
        sentence=verdict.sentence,
        started=candidate.provenance.started,
        href=href,
        counts=dict(candidate.tally),
        name=candidate.system.name,
        run=candidate.id,
        beside=beside,
        baseline=baseline,
        commit=candidate.provenance.git_commit or "",
        passed=verdict.passed,
        metrics=tuple(_metric(finding, row, alone=not baseline) for finding, row in rows),
    )


def _metric(finding: Finding, row: MetricRow, *, alone: bool) -> MetricEntry:
    """One metric; of a run that is `alone`, without a baseline, the level is all there is."""
    entry = MetricEntry(
        metric=row.metric,
        role=row.role,
        state=finding.state,
        word=row.state.text,
        direction=row.direction,
        margin=row.margin,
    )
    delta = finding.delta
    if delta is None:
        return entry
    scale, (low, value, high) = row_scale(finding), _levels(delta)
    bounds = "" if low is None or high is None else f" ({scale.score(low)} to {scale.score(high)})"
    entry = replace(
        entry,
        level=row.candidate + bounds,
        percent=delta.metric.bounds == (0, 1),
        unit=delta.metric.unit,
        levels=(low, value, high),
        margin_size=finding.policy.margin,
        ratio=delta.scale == "ratio",
    )
    if alone:
        return entry
    changes = (_finite(delta.low), _finite(delta.estimate), _finite(delta.high))
    return replace(
        entry,
        baseline=row.baseline,
        change=row.change,
        interval=row.interval,
        confidence=row.level,
        before=_finite(delta.baseline_mean),
        changes=(None, None, None) if delta.method == "none" else changes,
    )


def _levels(delta: Delta) -> tuple[float | None, float | None, float | None]:
    """The candidate's level with bounds, where its cases are a sample of which the mean is told."""
    value, paired = _finite(delta.candidate_mean), delta.paired
    if value is None or paired is None or delta.sequential:
        return None, value, None
    if not math.isclose(float(paired.candidate.mean()), value, rel_tol=1e-9, abs_tol=1e-12):
        return None, value, None
    _, units = np.unique(paired.units, return_inverse=True)
    found = level_interval(paired.candidate, units, bounds=delta.metric.bounds)
    return (None, value, None) if found is None else (found.low, value, found.high)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
