"""Index: one page that says how everything stands, and leads to the evidence."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from holdfast.judging import numbers
from holdfast.report.entry import IndexEntry
from holdfast.report.matrix import (
    MatrixView,
    Standing,
    last_session,
    latest,
    matrix_view,
    standing,
    word_of,
)
from holdfast.report.origin import readable_time
from holdfast.report.page import render_page
from holdfast.report.past import Past, PastView, past_view, pasts_of
from holdfast.report.places import link_to, suite_file
from holdfast.report.unread import Unread, unread_of

__all__ = ["IndexEntry", "render_index"]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexView:
    """Everything that the index says."""

    title: str
    standing: Standing
    size: str
    session: str
    """What the last session said, where it judged some gates and not all."""
    own: MatrixView | None
    """The gates of that session alone."""
    matrix: MatrixView
    several: bool
    """There are several systems, and a reader may want to rank them."""
    pasts: tuple[PastView, ...]
    states: tuple[str, ...]
    """The states that a filter offers."""
    unread: Unread


def render_index(
    entries: Iterable[IndexEntry],
    *,
    pasts: Sequence[Past] | None = None,
    unreadable: Sequence[str] = (),
) -> str:
    """One HTML file: how every gate stands, its trend and baseline, and links to the evidence.

    Args:
        entries: Verdicts of any age; the newest of each gate is its state.
        pasts: Runs and baselines of the store; by default what the verdicts say of them.
        unreadable: Sentences about runs that cannot be read.
    """
    known = list(entries)
    pasts = pasts_of((), (), known) if pasts is None else pasts
    return render_page(
        "index.html.j2",
        _view(known, pasts, unreadable),
        script="index.js",
        styles=("report.css", "site.css"),
    )


def _view(
    entries: Sequence[IndexEntry], pasts: Sequence[Past], unreadable: Sequence[str]
) -> IndexView:
    newest = latest(entries)
    hrefs = {entry.suite: link_to(suite_file(entry.suite)) for entry in newest}
    session = latest(last_session(newest))
    part = 0 < len(session) < len(newest)
    return IndexView(
        title="Evaluation reports",
        standing=standing(newest),
        size=_size(newest, pasts),
        session=_session(session) if part else "",
        own=matrix_view(session, hrefs=hrefs) if part else None,
        matrix=matrix_view(newest, hrefs=hrefs),
        several=len({entry.gate[1:] for entry in newest}) > 1,
        pasts=tuple(past_view(past, key=f"past-{n}") for n, past in enumerate(pasts, start=1)),
        states=tuple(dict.fromkeys(word_of(entry).text for entry in newest)),
        unread=unread_of(unreadable),
    )


def _size(newest: Sequence[IndexEntry], pasts: Sequence[Past]) -> str:
    suites = {entry.suite for entry in newest} | {past.suite for past in pasts}
    runs = sum(len(past.heads) for past in pasts)
    parts = [numbers.plural(len(newest), "gate"), numbers.plural(len(suites), "suite")]
    return ", ".join((*parts, numbers.plural(runs, "run") + " in the store"))


def _session(session: Sequence[IndexEntry]) -> str:
    found = standing(session)
    ended = readable_time(session[0].session)
    return f"Last session, which ended {ended}: {found.sentence} {found.tally}".rstrip()
