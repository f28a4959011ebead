"""Index: one page that leads to the reports of many comparisons."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from holdfast.errors import UsageError
from holdfast.gate import Outcome
from holdfast.judging import numbers
from holdfast.report.origin import readable_time
from holdfast.report.page import render_page
from holdfast.report.untrusted import one_line
from holdfast.report.wording import OUTCOMES, Word, message_of

__all__ = ["IndexEntry", "render_index"]

_SCHEME = re.compile(r"^\s*(?:[^/?#]*:|[/\\]{2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexEntry:
    """One comparison's report, as the index lists it."""

    suite: str
    system: str
    """Label of the candidate."""
    outcome: Outcome
    sentence: str
    started: str
    """ISO 8601 time at which the candidate's run began."""
    href: str
    """Path of the report relative to the index."""
    counts: Mapping[str, int] = field(default_factory=dict[str, int])
    """Number of cases by how they ended."""

    def __post_init__(self) -> None:
        if _SCHEME.match(self.href):
            raise UsageError(
                f"the index links to files beside it, got {self.href!r}; "
                "give a path relative to the index, such as 'suite/system.html'"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """One entry as ready strings."""

    state: Word
    title: str
    href: str
    sentence: str
    started: str
    counts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteView:
    """The entries of one suite, newest first."""

    suite: str
    runs: tuple[EntryView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexView:
    """Everything that the index says."""

    title: str
    size: str
    groups: tuple[SuiteView, ...]


def render_index(entries: Iterable[IndexEntry]) -> str:
    """One HTML file that lists the reports by suite, newest first."""
    by_suite: dict[str, list[IndexEntry]] = {}
    for entry in sorted(entries, key=_moment, reverse=True):
        by_suite.setdefault(entry.suite, []).append(entry)
    groups = tuple(
        SuiteView(suite=one_line(suite, 200), runs=tuple(map(_view, by_suite[suite])))
        for suite in sorted(by_suite)
    )
    total = sum(len(group.runs) for group in groups)
    size = f"{numbers.plural(total, 'report')} in {numbers.plural(len(groups), 'suite')}"
    view = IndexView(title="Evaluation reports", size=size, groups=groups)
    return render_page("index.html.j2", view)


def _view(entry: IndexEntry) -> EntryView:
    counts = ", ".join(f"{numbers.count(value)} {name}" for name, value in entry.counts.items())
    return EntryView(
        state=OUTCOMES[entry.outcome],
        title=one_line(f"{entry.suite} × {entry.system}", 200),
        href=entry.href,
        sentence=one_line(message_of(entry.sentence), 600),
        started=readable_time(entry.started),
        counts=counts,
    )


def _moment(entry: IndexEntry) -> tuple[float, str]:
    """Sorting key: times with different offsets are compared as moments, not as text."""
    from datetime import UTC, datetime

    try:
        moment = datetime.fromisoformat(entry.started)
    except ValueError:
        return (0.0, entry.started)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment.timestamp(), entry.started)
