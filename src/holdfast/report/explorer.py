"""Explorer: every case of a comparison, packed for a page within a budget of size and work."""

import json
import shlex
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from holdfast.comparison import CaseState
from holdfast.digest import Json
from holdfast.gate import Verdict
from holdfast.judging import numbers
from holdfast.report.case_table import case_columns
from holdfast.report.case_view import CaseView, CaseViews
from holdfast.report.changed import Changed, ChangedCase, subject_of
from holdfast.report.packed import packed
from holdfast.report.page import render_part
from holdfast.report.untrusted import one_line
from holdfast.report.wording import CASES, Word

if TYPE_CHECKING:
    from markupsafe import Markup

__all__ = ["MOST", "Explorer", "ListedCase", "explorer"]

MOST = 10_000
"""Cases that a page can open; a larger comparison has its table in a file beside the page."""

_LISTED = 50
_LISTED_SIZE = 500_000
_SIZE = 4_500_000
"""Characters of the page for rows, details and list together, while the rows leave room."""
_ROWS_SIZE = 8_000_000
_LEAST_DETAILS = 2_500_000
_BLOCK = 200_000
_AHEAD = 2
"""Blocks that may wait to be packed."""
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)
_WORDS = tuple(CASES.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedCase:
    """A case that stands in the page itself, readable without scripts."""

    id: str
    name: CaseState
    """The state as machines know it."""
    state: Word
    teaser: str
    """Beginning of the input on one line."""
    moved: str
    """The metric that decided the state, with its scores on both sides."""
    body: "Markup"


@dataclass(frozen=True, slots=True, kw_only=True)
class Explorer:
    """All cases, as far as a file of a few megabytes holds them."""

    listed: tuple[ListedCase, ...]
    unlisted: str
    """Says how many changed cases are not in the list; empty where all are."""
    rows: str
    """Packed JSON: the columns of the table, and what its script needs to know besides."""
    details: str
    """Packed JSON of the cases in the order of importance, in blocks with a space between."""
    notes: tuple[str, ...]
    """What is left out, and where it is."""


def explorer(verdict: Verdict, changed: Changed, *, beside: str = "") -> Explorer:
    """The cases that changed first, by importance, then the others.

    A row of the table takes some forty bytes of the file and an opened case several hundred. Each
    has a budget of its own; what it does not hold is counted. `beside` names the file next to the
    page that holds them all.
    """
    cases = (*changed.cases, *changed.same)
    columns, kept, size = _columns(verdict, cases)
    places = {case.pair.case.id: place for place, case in enumerate(cases[:kept])}
    listed = [case for case in changed.allotted(_LISTED) if case.pair.case.id in places]
    first = {case.pair.case.id for case in listed}
    shelf = _Shelf(verdict)
    shown = tuple(shelf.listed(listed))
    taken = size + sum(len(case.body) for case in shown)
    rest = (case for case in cases[:kept] if case.pair.case.id not in first)
    shelf.fill((*listed, *rest), room=max(_SIZE - taken, _LEAST_DETAILS))
    run = one_line(verdict.comparison.candidate.id, 300)
    columns |= {
        "blocks": [[places[key] for key in block] for block in shelf.keys],
        "command": f"holdfast show {shlex.quote(run)} --case ",
        "total": len(cases),
    }
    return Explorer(
        listed=shown,
        unlisted=_unlisted(len(changed.cases), len(shown)),
        rows=packed(_json(columns)),
        details=" ".join(shelf.blocks),
        notes=_notes(verdict, rows=kept, details=shelf.count, beside=beside),
    )


class _Shelf:
    """Cases in packed blocks, until there is no room."""

    def __init__(self, verdict: Verdict) -> None:
        self._views = CaseViews(verdict)
        self._room = 0
        self._waiting: deque[tuple[list[str], Future[str]]] = deque()
        self.blocks: list[str] = []
        self.keys: list[list[str]] = []
        """Ids of the cases of each block."""
        self.count = 0

    def listed(self, cases: Iterable[ChangedCase]) -> Iterator[ListedCase]:
        """The first cases, for the page itself: at least one, and the next while there is room."""
        size = 0
        for case in cases:
            view = self._views.view(case, marks=True)
            body = render_part("_case.html.j2", case=view, words=_WORDS)
            size += len(body)
            if size > _LISTED_SIZE and size > len(body):
                return
            yield ListedCase(
                id=one_line(case.pair.case.id, 200),
                name=case.state,
                state=CASES[case.state],
                teaser=one_line(subject_of(case.pair), 140),
                moved=self._views.headline(case),
                body=body,
            )

    def fill(self, cases: Iterable[ChangedCase], *, room: int) -> None:
        """Pack the cases in their order into so many characters; the page's script marks words."""
        self._room = room
        # Compressing takes no turn of the interpreter: one block is packed while the next is made.
        with ThreadPoolExecutor(max_workers=1) as worker:
            for keys, text in self._blocks(cases):
                self._waiting.append((keys, worker.submit(packed, text)))
                if len(self._waiting) > _AHEAD and not self._keep():
                    break
            while self._waiting and self._keep():
                pass
        self._waiting.clear()

    def _blocks(self, cases: Iterable[ChangedCase]) -> Iterator[tuple[list[str], str]]:
        keys: list[str] = []
        views: list[str] = []
        length = 0
        for case in cases:
            keys.append(case.pair.case.id)
            views.append(_json(self._views.view(case, marks=False)))
            length += len(views[-1])
            if length >= _BLOCK:
                yield keys, f"[{','.join(views)}]"
                keys, views, length = [], [], 0
        if keys:
            yield keys, f"[{','.join(views)}]"

    def _keep(self) -> bool:
        """Whether there was room for the block that waits longest, and there is for another."""
        keys, packing = self._waiting.popleft()
        block = packing.result()
        if len(block) > self._room:
            return False
        self.blocks.append(block)
        self.keys.append(keys)
        self._room -= len(block)
        self.count += len(keys)
        return self.count < MOST


def _columns(verdict: Verdict, cases: Sequence[ChangedCase]) -> tuple[dict[str, Json], int, int]:
    """Columns of as many cases as there is room for, their number and their packed size."""
    columns = case_columns(verdict, cases)
    size = len(packed(_json(columns)))
    if size <= _ROWS_SIZE:
        return columns, len(cases), size
    kept = len(cases) * _ROWS_SIZE // size * 9 // 10
    return case_columns(verdict, cases[:kept]), kept, _ROWS_SIZE


def _json(value: Mapping[str, Json] | CaseView) -> str:
    return _ENCODER.encode(value)


def _unlisted(total: int, shown: int) -> str:
    if total == shown:
        return ""
    return (
        f"{numbers.count(shown)} of {numbers.count(total)} changed cases are listed here. With "
        "scripts this page has a table of them all; the JSON form of the verdict lists every case."
    )


def _notes(verdict: Verdict, *, rows: int, details: int, beside: str) -> tuple[str, ...]:
    total = len(verdict.comparison.cases)
    notes: list[str] = []
    if rows < total:
        notes.append(
            f"The table holds the {numbers.count(rows)} most important of "
            f"{numbers.plural(total, 'case')}, to keep this file small."
        )
    if details < rows:
        notes.append(
            f"{numbers.plural(details, 'case')} can be opened here, those that changed first. "
            f"Of the other {numbers.count(rows - details)} the table holds id, input, tags and "
            "changes of scores; their answers are in the stored runs."
        )
    if notes:
        notes.append(_whole(verdict, beside))
    return tuple(notes)


def _whole(verdict: Verdict, beside: str) -> str:
    """Where every case is, in a sentence."""
    if beside:
        return f"{one_line(beside, 200)} beside this file holds every case with its answers."
    comparison = verdict.comparison
    old, new = (
        shlex.quote(one_line(run.id, 300)) for run in (comparison.baseline, comparison.candidate)
    )
    command = f"holdfast export {new} cases.parquet --against {old} --texts"
    return f"{command} writes every case with its answers."
