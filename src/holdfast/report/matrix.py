"""Matrix: the latest verdict of every suite and system, and all of them in one sentence."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from holdfast.judging import numbers
from holdfast.report.entry import IndexEntry, MetricEntry, moment_of
from holdfast.report.naming import short_names, system_of
from holdfast.report.origin import readable_time
from holdfast.report.untrusted import one_line
from holdfast.report.wording import OUTCOMES, Word, message_of

__all__ = [
    "CellView",
    "MatrixView",
    "RowView",
    "Standing",
    "last_session",
    "latest",
    "main_of",
    "matrix_view",
    "standing",
    "word_of",
    "worst_first",
]

_ACCEPTED = Word("Accepted as baseline", "★", "calm")
_LENIENT = Word("Inconclusive, not blocking", "?", "doubt")
_WIDEST = 8
"""Systems that still stand side by side."""
_NAMED = 3
_WORST_FIRST = ("Regression", "Invalid", "Inconclusive", _LENIENT.text, _ACCEPTED.text, "Pass")
_VERBS = {
    "Regression": ("regressed", "regressed"),
    "Invalid": ("is invalid", "are invalid"),
    "Inconclusive": ("is inconclusive", "are inconclusive"),
    _LENIENT.text: ("is inconclusive (not blocking)", "are inconclusive (not blocking)"),
    _ACCEPTED.text: ("has a new baseline", "have a new baseline"),
    "Pass": ("passes", "pass"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CellView:
    """The latest verdict of one system in one suite."""

    state: Word
    system: str
    href: str
    """The verdict's page; empty where it is gone."""
    main: str
    """The most important metric and its change; empty where nothing was compared."""
    interval: str
    said: str
    """Why there is no change, for verdicts without one."""
    warned: str
    """Says that metrics which are only watched got worse; empty where none did."""
    when: str
    stale: str
    """Says that the verdict is older than others; empty where it is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """One suite: in a grid a cell or None for each system, in a list its cells, worst first."""

    suite: str
    href: str
    """Page that shows its systems side by side; empty where there is none."""
    states: str
    """The states in it, for filters."""
    cells: tuple[CellView | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixView:
    """Suites by systems, as a grid where both are few and overlap, else as a list."""

    systems: tuple[str, ...]
    """Columns of the grid; empty for a list."""
    rows: tuple[RowView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How all gates stand."""

    state: Word
    """The worst of them."""
    sentence: str
    tally: str
    """How many of each state there are."""


def word_of(entry: IndexEntry) -> Word:
    """The state of a verdict as a reader meets it."""
    if entry.accepted:
        return _ACCEPTED
    if entry.outcome == "inconclusive" and entry.passed:
        return _LENIENT
    return OUTCOMES[entry.outcome]


def main_of(entry: IndexEntry) -> MetricEntry | None:
    """The metric that decided the verdict, or the most important one that was compared."""
    compared = (metric for metric in entry.metrics if metric.change != "none")
    return next(compared, None)


def latest(entries: Iterable[IndexEntry]) -> list[IndexEntry]:
    """The newest verdict of each gate, sorted by suite, then worst first, then by system."""
    by_gate: dict[tuple[str, str, str], list[IndexEntry]] = {}
    for entry in entries:
        by_gate.setdefault(entry.gate, []).append(entry)
    newest = map(_newest, by_gate.values())
    return sorted(newest, key=lambda entry: (entry.suite, *_rank(entry)))


def _newest(own: Sequence[IndexEntry]) -> IndexEntry:
    """The newest verdict of a gate; the worst where its session judged the gate several times."""
    last = max(reversed(own), key=lambda entry: (entry.moment, entry.run))
    if not last.session:
        return last
    same = (entry for entry in own if entry.session == last.session)
    return min(same, key=lambda entry: (_rank(entry), entry is not last))


def worst_first(newest: Iterable[IndexEntry]) -> list[IndexEntry]:
    """Verdicts of different gates, the worst first."""
    return sorted(newest, key=_rank)


def last_session(entries: Sequence[IndexEntry]) -> list[IndexEntry]:
    """The verdicts that the last session gave; none where no session gave the newest one."""
    sessions = {entry.session for entry in entries if entry.session}
    if not sessions:
        return []
    last = max(sessions, key=moment_of)
    ended = moment_of(last)
    later = any(entry.moment > ended for entry in entries if not entry.session)
    return [] if later else [entry for entry in entries if entry.session == last]


def standing(newest: Sequence[IndexEntry]) -> Standing:
    """The gates in one sentence, worst first."""
    if not newest:
        return Standing(state=Word("", "·", "mute"), sentence="No gate has a verdict yet", tally="")
    counts = Counter(word_of(entry).text for entry in newest)
    worst = worst_first(newest)
    state = word_of(worst[0])
    if len(counts) == 1 and state.text == "Pass":
        many = "The only gate passes" if len(newest) == 1 else f"All {len(newest)} gates pass"
        return Standing(state=state, sentence=f"{many}.", tally="")
    count = counts[state.text]
    verb = _VERBS[state.text][count > 1]
    sentence = f"{numbers.count(count)} of {numbers.plural(len(newest), 'gate')} {verb}"
    if state.text != "Pass":
        named = [_named(entry) for entry in worst[:count][:_NAMED]]
        more = f"; and {numbers.count(count - _NAMED)} more" if count > _NAMED else ""
        sentence = f"{sentence}: {'; '.join(named)}{more}"
    rest = [
        f"{numbers.count(counts[text])} {_VERBS[text][counts[text] > 1]}"
        for text in _WORST_FIRST
        if counts[text] and text != state.text
    ]
    tally = f"Of the others, {', '.join(rest)}." if rest else ""
    return Standing(state=state, sentence=f"{sentence}.", tally=tally)


def _named(entry: IndexEntry) -> str:
    name = f"{one_line(entry.suite, 60)} × {system_of(entry)}"
    main = main_of(entry)
    if main is None or entry.outcome == "invalid":
        return name
    return f"{name} ({one_line(main.metric, 60)} {main.change})"


def _rank(entry: IndexEntry) -> tuple[int, float, tuple[str, str, str]]:
    """By state, then by how many margins the main metric lost, then by name."""
    return (_WORST_FIRST.index(word_of(entry).text), -_margins_lost(entry), entry.gate)


def _margins_lost(entry: IndexEntry) -> float:
    main = main_of(entry)
    if main is None or not main.margin_size or main.changes[1] is None:
        return 0.0
    return max(0.0, -main.changes[1] / main.margin_size)


def matrix_view(newest: Sequence[IndexEntry], *, hrefs: dict[str, str] | None = None) -> MatrixView:
    """The latest verdicts by suite; `hrefs` leads from a suite to its page."""
    by_suite: dict[str, list[IndexEntry]] = {}
    for entry in newest:
        by_suite.setdefault(entry.suite, []).append(entry)
    columns = sorted({entry.gate[1:] for entry in newest})
    full = 2 * len(newest) >= len(by_suite) * len(columns)
    grid = len(by_suite) > 1 and 1 < len(columns) <= _WIDEST and full
    short = short_names(newest)
    names: dict[tuple[str, str], str] = {entry.gate[1:]: system_of(entry) for entry in newest}
    rows: list[RowView] = []
    for suite, own in by_suite.items():
        cells = {entry.gate[1:]: _cell(entry, newest, system=short[entry.gate]) for entry in own}
        rows.append(
            RowView(
                suite=one_line(suite, 200),
                href=(hrefs or {}).get(suite, ""),
                states="|".join(sorted({word_of(entry).text for entry in own})),
                cells=tuple(cells.get(column) for column in columns)
                if grid
                else tuple(cells.values()),
            )
        )
    systems = tuple(names[column] for column in columns) if grid else ()
    return MatrixView(systems=systems, rows=tuple(rows))


def _cell(entry: IndexEntry, newest: Sequence[IndexEntry], *, system: str) -> CellView:
    main = main_of(entry)
    if entry.outcome == "invalid" and not entry.accepted:
        main = None
    compared = main is not None and main.interval not in ("none", "not compared")
    return CellView(
        state=word_of(entry),
        system=system,
        warned=_warned(entry),
        href=entry.href,
        main="" if main is None else f"{one_line(main.metric, 80)} {one_line(main.change, 60)}",
        interval=f"{main.confidence} interval {one_line(main.interval, 80)}"
        if main is not None and compared
        else "",
        said="" if compared else one_line(message_of(entry.sentence), 160),
        when=readable_time(entry.started),
        stale=_stale(entry, newest),
    )


def _warned(entry: IndexEntry) -> str:
    worse = [one for one in entry.metrics if one.state in ("regressed", "below_floor")]
    if entry.accepted or not (entry.passed and worse):
        return ""
    return f"{numbers.plural(len(worse), 'monitored metric')} worse"


def _stale(entry: IndexEntry, newest: Sequence[IndexEntry]) -> str:
    """In what way a verdict is older than the newest; empty where it is not."""
    last = max(newest, key=lambda other: (other.moment, other.run))
    parts: list[str] = []
    if entry.commit and last.commit and entry.commit != last.commit:
        parts.append(
            f"of commit {one_line(entry.commit[:7], 7)}, not {one_line(last.commit[:7], 7)}"
        )
    session = {other.session for other in last_session(newest)}
    if session and entry.session not in session:
        parts.append("not in the last session")
    return f"Older: {' and '.join(parts)}" if parts else ""
