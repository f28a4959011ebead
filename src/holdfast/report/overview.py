"""Overview: several verdicts of one session as one Markdown text, the worst first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from holdfast.gate import Verdict
from holdfast.judging import numbers
from holdfast.report.markdown import (
    COMMENT,
    code_span,
    details,
    marker,
    prose,
    render_markdown,
    sections_of,
)
from holdfast.report.sections import Section, fitted, size_of
from holdfast.report.untrusted import one_line
from holdfast.report.wording import message_of, name_of, outcome_of

__all__ = ["SUMMARY", "Summary", "render_overview", "summary_of"]

SUMMARY = 1_000_000
"""Bytes that the summary of one step of GitHub surely holds; its limit is 1 MiB."""

_SEVERITY = (1, 4, 3, 2, 0)
"""Exit codes, worst first."""
_LEAST = 600
"""A part that would have less room than this is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What an overview says of one verdict, made of text and numbers alone."""

    name: str
    """Suite and system."""
    word: str
    sentence: str
    exit_code: int
    sections: tuple[Section, ...]
    alone: str = ""
    """The text where it is the only verdict."""

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "Summary":
        """The summary whose fields, and those of its sections, are in the row."""
        fields: dict[str, Any] = dict(row)
        parts: list[Mapping[str, Any]] = fields.pop("sections")
        return cls(**fields, sections=tuple(map(_section, parts)))


def _section(row: Mapping[str, Any]) -> Section:
    fields: dict[str, Any] = dict(row)
    rows: list[str] = fields.pop("rows")
    return Section(**fields, rows=tuple(rows))


def summary_of(verdict: Verdict) -> Summary:
    """The parts of one verdict's text, to be put beside those of others."""
    word, candidate = outcome_of(verdict), verdict.comparison.candidate
    name = one_line(f"{verdict.comparison.suite} × {candidate.system.label}", 200)
    return Summary(
        name=name,
        word=f"{word.glyph} {word.text}",
        sentence=verdict.sentence,
        exit_code=verdict.exit_code,
        sections=sections_of(verdict, heading="####", name=one_line(name_of(verdict), 120)),
        alone=render_markdown(verdict),
    )


def render_overview(summaries: Sequence[Summary], *, limit: int = COMMENT, key: str = "") -> str:
    """A table of all verdicts, then each of them, in at most `limit` bytes.

    A verdict that blocks stands open, others behind a click. All share the room alike; what one
    does not need goes to those behind it.
    """
    first = f"{marker(key)}\n" if key else ""
    if len(summaries) == 1 and summaries[0].alone and size_of(summaries[0].alone) <= limit:
        alone = summaries[0].alone
        return first + alone.split("\n", 1)[1] if key else alone
    ordered = sorted(summaries, key=_rank)
    room = limit - size_of(first) - 2
    table = fitted((_table(ordered),), room // 2)
    text = "\n\n".join((table, *_parts(ordered, room - size_of(table))))
    return f"{first}{text}\n"


def _rank(summary: Summary) -> int:
    code = summary.exit_code
    return _SEVERITY.index(code) if code in _SEVERITY else 1


def _table(summaries: Sequence[Summary]) -> Section:
    blocked = sum(summary.exit_code != 0 for summary in summaries)
    said = f"{numbers.count(blocked)} of {numbers.plural(len(summaries), 'verdict')} block"
    if not blocked:
        said = f"{numbers.plural(len(summaries), 'verdict')}, none blocks"
    rows = tuple(
        f"| {_word(one)} | {code_span(one.name)} | {prose(_said(one))} |" for one in summaries
    )
    head = (
        f"### holdfast: {said}\n\n| Verdict | Suite × system | In a sentence |\n| :-- | :-- | :-- |"
    )
    return Section(opening=head, rows=rows, noun="more verdict")


def _said(summary: Summary) -> str:
    return one_line(message_of(summary.sentence), 300)


def _word(summary: Summary) -> str:
    return f"**{summary.word}**" if summary.exit_code else summary.word


def _parts(summaries: Sequence[Summary], room: int) -> Iterable[str]:
    for place, summary in enumerate(summaries):
        share = room // (len(summaries) - place)
        title = f"{summary.word}: {summary.name}"
        empty = "" if summary.exit_code else details(title, "")
        if share < _LEAST + size_of(empty):
            continue
        body = fitted(summary.sections, share - size_of(empty) - 2)
        if not body:
            continue
        text = body if summary.exit_code else details(title, body)
        room -= size_of(text) + 2
        yield text
