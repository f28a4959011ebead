"""Terminal: the verdict as a few aligned lines of text."""

import textwrap
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from holdfast.gate import Verdict
from holdfast.judging import numbers
from holdfast.judging.numbers import Scale
from holdfast.report.alterations import attribution, changed_sentence
from holdfast.report.changed import (
    ORDER,
    ChangedCase,
    changed_cases,
    doubt_of,
    reason_of,
    subject_of,
    worst_cases,
)
from holdfast.report.forest import Axis, Place, axis_for, place
from holdfast.report.rows import case_scales, metric_rows
from holdfast.report.slice_rows import case_evidence, slice_heading, slice_rows
from holdfast.report.untrusted import no_command, one_line
from holdfast.report.wording import CASES, Tone, message_of, outcome_of

__all__ = ["render_terminal"]

_WORST = 5
_SENTENCES = 10
_PLOT = 24
_CODES: dict[Tone, str] = {
    "bad": "31", "good": "32", "calm": "36", "doubt": "33", "void": "35", "mute": "2",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Paint:
    color: bool

    def __call__(self, text: str, tone: Tone, *, bold: bool = False) -> str:
        if not self.color or not text:
            return text
        return f"\x1b[{'1;' if bold else ''}{_CODES[tone]}m{text}\x1b[0m"


def render_terminal(verdict: Verdict, *, color: bool = False, width: int = 100) -> str:
    """Verdict, next step, one line for each metric, the five worst cases, warnings."""
    width, paint = max(width, 40), _Paint(color)
    word = outcome_of(verdict)
    mark = f"{word.text.upper()}:"
    head, *rest = _wrapped(f"{mark} {message_of(verdict.sentence)}", width)
    lines = [head.replace(mark, paint(mark, word.tone, bold=True), 1), *rest]
    lines += _wrapped(f"Next step: {verdict.next_step}", width) if verdict.next_step else []
    lines += _sentences("Not comparable", verdict.problems, width=width)
    lines += ["", *_metrics(verdict, paint, width=width)] if verdict.findings else []
    lines += _slices(verdict, paint, width=width)
    lines += _cases(verdict, paint, width=width)
    if verdict.comparison.changes:
        said = f"{changed_sentence(verdict)} {attribution(verdict)}"
        lines += ["", *_wrapped(said, width)]
    lines += _sentences("Warning", verdict.warnings, width=width)
    if verdict.calibration is not None:
        lines += ["", *_wrapped(f"Calibrated: {verdict.calibration.sentence}", width)]
    return "\n".join(no_command(line) for line in lines) + "\n"


def _metrics(verdict: Verdict, paint: _Paint, *, width: int) -> Iterable[str]:
    """The table of metrics, without its least important columns where the width is small."""
    rows = metric_rows(verdict)
    axis = axis_for(verdict.findings)
    plots = [_plot(place(finding, axis=axis)) for finding in verdict.findings]
    level = next((row.level for row in rows if row.level), "")
    columns: dict[str, tuple[str, ...]] = {
        "state": ("", *(row.state.text for row in rows)),
        "metric": ("metric", *(_clipped(row.metric, 32) for row in rows)),
        "baseline": ("baseline", *(row.baseline for row in rows)),
        "candidate": ("candidate", *(row.candidate for row in rows)),
        "change": ("change", *(row.change for row in rows)),
        "interval": (f"{level} interval", *(row.interval for row in rows)),
        "margin": ("margin", *(row.margin or "none" for row in rows)),
        "plot": (_plot_head(axis), *plots),
    }
    for name in ("plot", "margin", "baseline", "candidate", "interval"):
        if _total(columns) <= width:
            break
        del columns[name]
    room = width - _total({name: column for name, column in columns.items() if name != "metric"})
    columns["metric"] = tuple(_clipped(cell, max(8, room - 2)) for cell in columns["metric"])
    for number, cells in enumerate(zip(*columns.values(), strict=True)):
        line = _line(cells, columns)
        if number:
            word = rows[number - 1].state
            line = line.replace(word.text, paint(word.text, word.tone, bold=True), 1)
        yield line if number else paint(line, "mute")
    for row in rows:
        for text in row.remarks:
            yield from _wrapped(f"{row.metric}: {text}", width, indent="  ")


def _line(cells: Sequence[str], columns: dict[str, tuple[str, ...]]) -> str:
    padded: list[str] = []
    for (name, column), cell in zip(columns.items(), cells, strict=True):
        space = " " * (max(map(_cells, column)) - _cells(cell))
        padded.append(cell + space if name in ("state", "metric", "plot") else space + cell)
    return ("  " + "  ".join(padded)).rstrip()


def _total(columns: dict[str, tuple[str, ...]]) -> int:
    return sum(max(map(_cells, column)) + 2 for column in columns.values())


def _plot_head(axis: Axis) -> str:
    """The two sides of zero."""
    return f"{'worse':<{int(axis.at(0.0) * _PLOT)}} better"


def _plot(where: Place | None) -> str:
    """The interval in characters: `:` is the margin, `|` is zero."""
    if where is None:
        return ""
    cells = [" "] * _PLOT

    def at(share: float) -> int:
        return min(_PLOT - 1, int(share * _PLOT))

    low, high = at(where.low), at(where.high)
    for position in range(low, high + 1):
        cells[position] = "-"
    cells[at(where.zero)] = "|"
    if where.margin is not None:
        cells[at(where.margin)] = ":"
    cells[low] = "<" if where.beyond_left else "["
    cells[high] = ">" if where.beyond_right else "]"
    cells[at(where.estimate)] = "o"
    return "".join(cells)


def _slices(verdict: Verdict, paint: _Paint, *, width: int) -> Iterable[str]:
    rows = slice_rows(verdict)
    if not rows:
        return
    yield ""
    yield from _wrapped(f"Slices: {slice_heading(verdict)}", width)
    moved = [
        f"{row.change} on {row.cases} cases ({row.others} elsewhere), "
        f"{row.p_value}{row.note and f', {row.note}'}"
        for row in rows
    ]
    left = max(16, width - 17 - max(map(_cells, moved)))
    names = [_clipped(f"{row.name}, {row.metric}", left) for row in rows]
    room = max(map(_cells, names))
    for row, name, text in zip(rows, names, moved, strict=True):
        padded = name + " " * (room - _cells(name))
        line = _clipped(f"  {row.state.text:<11}  {padded}  {text}", width)
        yield line.replace(row.state.text, paint(row.state.text, row.state.tone), 1)


def _cases(verdict: Verdict, paint: _Paint, *, width: int) -> Iterable[str]:
    changed = changed_cases(verdict)
    if not changed.cases:
        return
    counts = [
        f"{numbers.count(changed.counts[state])} {CASES[state].text}"
        for state in ORDER
        if changed.counts.get(state)
    ]
    yield ""
    text = f"Cases: {', '.join(counts)}, {numbers.count(changed.unchanged)} unchanged"
    yield from _wrapped(text, width)
    if doubt_of(changed, verdict):
        yield from _wrapped(doubt_of(changed, verdict), width, indent="  ")
    worst = worst_cases(changed, _WORST)
    scales = case_scales(verdict)
    findings = {finding.metric: finding for finding in verdict.findings}
    ids = [_clipped(one_line(case.pair.case.id, 80), max(8, min(28, width - 45))) for case in worst]
    room = max(map(_cells, ids), default=0)
    for case, name in zip(worst, ids, strict=True):
        word = CASES[case.state]
        padded = name + " " * (room - _cells(name))
        moved = _moved(case, scales)
        metric = _clipped(one_line(case.metric, 40), max(6, width - 20 - room - _cells(moved)))
        line = _clipped(f"  {word.text:<13}  {padded}  {metric} {moved}", width)
        yield line.replace(word.text, paint(word.text, word.tone), 1)
        evidence = case_evidence(case.pair, case.metric, findings)
        for text in (evidence, subject_of(case.pair), reason_of(case)):
            if text:
                yield _clipped(f"                 {one_line(text, 300)}", width)


def _moved(case: ChangedCase, scales: Mapping[str, Scale]) -> str:
    scores = case.pair.scores.get(case.metric, (None, None))
    scale = scales.get(case.metric, Scale())
    shown = ("no score" if score is None else scale.score(score) for score in scores)
    return " → ".join(shown)


def _sentences(label: str, sentences: tuple[str, ...], *, width: int) -> Iterable[str]:
    if sentences:
        yield ""
    for sentence in sentences[:_SENTENCES]:
        yield from _wrapped(f"{label}: {sentence}", width)
    if len(sentences) > _SENTENCES:
        yield f"{label}: {numbers.count(len(sentences) - _SENTENCES)} more in the report"


def _wrapped(text: str, width: int, *, indent: str = "") -> list[str]:
    """The text in lines; where wide characters make one too long, in shorter ones."""
    line, lines = one_line(text, 2_000), [""]
    for characters in (width, width * 3 // 4, width // 2):
        lines = textwrap.wrap(
            line, characters, initial_indent=indent, subsequent_indent=indent + "  "
        )
        if all(_cells(shown) <= width for shown in lines):
            break
    return lines


def _clipped(text: str, width: int) -> str:
    """The beginning of the text that fits into so many cells of a terminal."""
    if _cells(text) <= width:
        return text
    kept, used = "", 1
    for character in text:
        used += _cells(character)
        if used > width:
            break
        kept += character
    return kept.rstrip() + "…"


def _cells(text: str) -> int:
    """Cells that the text takes in a terminal: wide characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.combining(character)
        else 1 + (unicodedata.east_asian_width(character) in "WF")
        for character in text
    )
