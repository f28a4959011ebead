"""GitHub: the verdict as workflow commands, which become annotations of a run.

GitHub shows ten annotations of a level for a step and fifty for a job, so that the most important
ones come first and the rest are counted. Those of cases point at their line in the data set.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from holdfast.gate import Finding, Verdict
from holdfast.judging import numbers
from holdfast.report.failing import CaseText, FailingCase, case_texts, failing_cases
from holdfast.report.rows import metric_rows
from holdfast.report.untrusted import clean, one_line
from holdfast.report.wording import message_of, name_of, outcome_of

__all__ = ["Annotation", "Annotations", "annotations_of", "render_annotations", "render_github"]

Level = Literal["error", "warning", "notice"]

_LEVELS: tuple[Level, ...] = ("error", "warning", "notice")
_SHOWN = 10
"""Annotations of one level that GitHub shows for a step."""
_GENERAL = 5
"""How many of them may point at no case, where there are cases to point at."""
_MESSAGE = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """One remark, with the line that it is about where there is one."""

    level: Level
    title: str
    message: str
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotations:
    """What is to be said of one verdict."""

    name: str
    """Suite and system."""
    general: tuple[Annotation, ...]
    """Verdict, findings and warnings, the most important first."""
    cases: tuple[Annotation, ...]
    """Newly failing cases whose line is known, worst first; no more than can be shown."""
    failing: int
    """Number of all newly failing cases of gated metrics."""


def render_github(verdict: Verdict) -> str:
    """One line for the verdict, for each finding that asks for attention, and for failing cases."""
    return render_annotations((annotations_of(verdict),))


def annotations_of(verdict: Verdict) -> Annotations:
    """The remarks of one verdict; those of several share what GitHub shows for a step."""
    word, level = outcome_of(verdict), _level_of(verdict)
    message = f"{message_of(verdict.sentence)} {verdict.next_step}".strip()
    name = one_line(name_of(verdict), 120)
    general = [Annotation(level=level, title=f"holdfast: {word.text}, {name}", message=message)]
    general += [_plain("error", "not comparable", text) for text in verdict.problems]
    for finding, row in zip(verdict.findings, metric_rows(verdict), strict=True):
        kind = _level(finding)
        if kind:
            title = f"{row.metric}: {row.state.text} ({name})"
            general.append(Annotation(level=kind, title=title, message=row.reason))
    general += [Annotation(level="warning", title="holdfast", message=t) for t in verdict.warnings]
    failing = failing_cases(verdict)
    placed = tuple(case for case in failing if case.pair.case.source is not None)[:_SHOWN]
    texts = case_texts(placed, verdict)
    cases = tuple(_case(*item, name) for item in zip(placed, texts, strict=True))
    return Annotations(name=name, general=tuple(general), cases=cases, failing=len(failing))


def render_annotations(verdicts: Sequence[Annotations]) -> str:
    """The remarks of all verdicts of a step as workflow commands, one a line."""
    shown: list[Annotation] = []
    left = 0
    for level in _LEVELS:
        general = _of(level, _in_turns([verdict.general for verdict in verdicts]))
        cases = _of(level, _in_turns([verdict.cases for verdict in verdicts]))
        kept, missing = _capped(general, cases)
        shown += kept
        left += missing
        if missing:
            text = f"{numbers.plural(missing, 'more remark')} in the report."
            shown.append(Annotation(level=level, title="holdfast", message=text))
    failing = sum(verdict.failing for verdict in verdicts)
    pointed = sum(bool(one.file) for one in shown)
    if failing > pointed:
        shown = _counting(shown, failing=failing, pointed=pointed)
    return "".join(f"{_command(one)}\n" for one in shown)


def _level_of(verdict: Verdict) -> Level:
    return "notice" if verdict.outcome == "pass" else "warning" if verdict.passed else "error"


def _level(finding: Finding) -> Level | None:
    if finding.blocks:
        return "error"
    attention = ("regressed", "below_floor", "inconclusive", "invalid")
    return "warning" if finding.state in attention and finding.policy.role != "info" else None


def _plain(level: Level, what: str, message: str) -> Annotation:
    return Annotation(level=level, title=f"holdfast: {what}", message=message)


def _case(case: FailingCase, text: CaseText, name: str) -> Annotation:
    source = case.pair.case.source
    more = f", and in {numbers.plural(text.more, 'more gated metric')}" if text.more else ""
    said = (
        f"{text.id}: {text.moved}{more}",
        text.evidence,
        text.subject and f"Case: {text.subject}",
        text.why and f"Why: {text.why}",
    )
    return Annotation(
        level="error" if case.blocks else "warning",
        title=f"{text.word.text}: {text.metric} ({name})",
        message="\n".join(filter(None, said)),
        file="" if source is None else source.file,
        line=0 if source is None else source.line,
    )


def _of(level: Level, annotations: Iterable[Annotation]) -> list[Annotation]:
    return [one for one in annotations if one.level == level]


def _in_turns(groups: Sequence[tuple[Annotation, ...]]) -> Iterable[Annotation]:
    """The worst of each verdict, then the second of each: no verdict crowds out another."""
    for place in range(max(map(len, groups), default=0)):
        yield from (group[place] for group in groups if place < len(group))


def _capped(general: list[Annotation], cases: list[Annotation]) -> tuple[list[Annotation], int]:
    """As many as are shown, and how many general remarks are left out.

    Places are kept for the lines that count the remarks and the cases that are missing.
    """
    if len(general) + len(cases) < _SHOWN:
        return general + cases, 0
    room = _SHOWN - 2
    kept = general[: max(_GENERAL, room - len(cases))]
    return kept + cases[: room - len(kept)], len(general) - len(kept)


def _counting(shown: list[Annotation], *, failing: int, pointed: int) -> list[Annotation]:
    """The annotations with one more that says how many cases none of them points at."""
    levels: list[Level] = [one.level for one in shown if one.level != "notice"]
    level = levels[0] if levels else "notice"
    rest = numbers.plural(failing - pointed, "more case" if pointed else "case")
    text = f"{rest} newly failing or lost in gated metrics: see the report."
    more = Annotation(level=level, title="holdfast: cases", message=text)
    at = max(place for place, one in enumerate(shown) if one.level == level) + 1
    return [*shown[:at], more, *shown[at:]]


def _command(one: Annotation) -> str:
    place = f"file={_property(one.file)},line={one.line}," if one.file else ""
    title = _property(one.title[:200])
    return f"::{one.level} {place}title={title}::{_data(one.message[:_MESSAGE])}"


def _data(text: str) -> str:
    text = clean(text).replace("##[", "# #[")
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
