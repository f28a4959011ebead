"""Markdown: the verdict as a pull-request comment or a step summary.

Whatever a model wrote stands inside code spans, where Markdown has no meaning: no link, image,
mention, reference or HTML can come to life.
"""

import html
import re
from collections.abc import Sequence

from holdfast.digest import digest_json
from holdfast.gate import Verdict
from holdfast.judging import numbers
from holdfast.report.alterations import attribution, changed_sentence
from holdfast.report.changed import ORDER, Changed, changed_cases, doubt_of
from holdfast.report.failing import CaseText, also_worse, case_texts, failing_cases
from holdfast.report.rows import MetricRow, metric_rows
from holdfast.report.sections import Section, fitted, size_of
from holdfast.report.slice_rows import SliceRow, slice_heading, slice_rows
from holdfast.report.untrusted import one_line
from holdfast.report.wording import CASES, message_of, outcome_of

__all__ = [
    "COMMENT",
    "code_span",
    "details",
    "marker",
    "prose",
    "render_markdown",
    "sections_of",
]

COMMENT = 65_000
"""Bytes that a comment of GitHub surely holds; its limit is 65,536 characters."""

_IN_FULL = 5
_LISTED = 500
"""Failing cases that may be listed in one row each, if there is room."""

_PUNCTUATION = re.compile(r"([\\`*_{}\[\]<>()#|~&!+])")
_WORD_JOINER = "\N{WORD JOINER}"


def render_markdown(verdict: Verdict, *, limit: int = COMMENT) -> str:
    """The verdict, its metrics, its failing cases and what changed, in at most `limit` bytes.

    The first line is a comment that nobody sees. It is the same for every verdict on one suite and
    system, so that a program finds what it wrote before.
    """
    comparison = verdict.comparison
    first = marker(digest_json([comparison.suite, comparison.candidate.system.name])[:16])
    return f"{first}\n{fitted(sections_of(verdict), limit - size_of(first) - 2)}\n"


def marker(key: str) -> str:
    """The line by which a comment is found again."""
    return f"<!-- holdfast:{key} -->"


def sections_of(verdict: Verdict, *, heading: str = "###", name: str = "") -> tuple[Section, ...]:
    """The parts of the text, the most important first; `name` stands in place of the suite's."""
    failing, changed = failing_cases(verdict), changed_cases(verdict)
    shown = failing[:_LISTED] + also_worse(failing, changed, max(0, _IN_FULL - len(failing)))
    texts = case_texts(shown, verdict)
    rows = metric_rows(verdict)
    sections = (
        _head(verdict, heading, name or one_line(verdict.comparison.suite, 120)),
        _sentences("Why the runs cannot be compared", verdict.problems),
        _metrics(rows),
        _counts(verdict, changed),
        _in_full(texts[:_IN_FULL]),
        _slices(verdict, slice_rows(verdict)),
        _sentences("Warnings", verdict.warnings),
        _changes(verdict),
        _remarks(rows),
        _footer(verdict),
        _listed(texts[_IN_FULL:], more=len(failing) - _LISTED),
    )
    return tuple(section for section in sections if section.opening or section.rows)


def code_span(text: str) -> str:
    """Text on one line as a code span that it cannot leave, also inside a table.

    >>> code_span("a ` b | c")
    '`` a ` b ¦ c ``'
    """
    # A table ends its cell at every pipe, even inside a code span and behind some backslashes.
    inert = text.replace("|", "¦")
    if not inert.strip():
        return "(empty)"
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", inert)), default=0))
    pad = " " if len(fence) > 1 else ""
    return f"{fence}{pad}{inert}{pad}{fence}"


def prose(text: str) -> str:
    """A sentence whose punctuation is literal and whose mentions, references and links are dead."""
    return _dead(_PUNCTUATION.sub(r"\\\1", one_line(text, 1_200)))


def details(summary: str, body: str) -> str:
    """A part that opens at a click; the summary is HTML, where Markdown has no meaning."""
    line = _dead(html.escape(one_line(summary, 300)))
    return f"<details><summary>{line}</summary>\n\n{body}\n\n</details>"


def _dead(line: str) -> str:
    """The line with a joiner inside whatever GitHub would turn into a link."""
    line = line.replace("@", f"@{_WORD_JOINER}")
    line = re.sub(r"(\\?)#(?!x27;|34;|39;)", rf"\1#{_WORD_JOINER}", line)
    line = line.replace("://", f":{_WORD_JOINER}//").replace("www.", f"www{_WORD_JOINER}.")
    return re.sub(r"\b(GH|gh)-(?=\d)", rf"\1{_WORD_JOINER}-", line)


def _head(verdict: Verdict, heading: str, name: str) -> Section:
    word = outcome_of(verdict)
    blocks = [f"{heading} {word.glyph} {word.text}: {code_span(name)}"]
    blocks.append(f"**{prose(message_of(verdict.sentence))}**")
    if verdict.next_step:
        blocks.append(f"Next step: {prose(verdict.next_step)}")
    return Section(opening="\n\n".join(blocks))


def _metrics(rows: Sequence[MetricRow]) -> Section:
    level = next((row.level for row in rows if row.level), "")
    head = (
        f"| Metric | State | Baseline | Candidate | Change | {level} interval | Margin |\n"
        "| :-- | :-- | --: | --: | --: | --: | --: |"
    )
    lines = tuple(map(_metric, rows))
    return Section(opening=head if rows else "", rows=lines, noun="more metric")


def _metric(row: MetricRow) -> str:
    state = f"{row.state.glyph} {row.state.text}"
    state = f"**{state}**" if row.blocks else state
    remarks = [row.role] if row.role != "gate" else []
    remarks += [row.direction] if row.direction.startswith("lower") else []
    cells = (
        code_span(row.metric) + "".join(f", {text}" for text in remarks), state, row.baseline,
        row.candidate, row.change, row.interval, row.margin or "none",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _remarks(rows: Sequence[MetricRow]) -> Section:
    lines = [f"- {code_span(row.metric)}: {prose(text)}" for row in rows for text in row.remarks]
    return Section(rows=tuple(lines), noun="more remark")


def _slices(verdict: Verdict, rows: Sequence[SliceRow]) -> Section:
    if not rows:
        return Section()
    head = (
        f"#### Slices\n\n{prose(slice_heading(verdict))}\n\n"
        "| Slice | State | Metric | Cases | Change | Interval | Other cases | Adjusted p |\n"
        "| :-- | :-- | :-- | --: | --: | --: | --: | --: |"
    )
    return Section(opening=head, rows=tuple(map(_slice, rows)), noun="more slice")


def _slice(row: SliceRow) -> str:
    note = f", {row.note}" if row.note else ""
    cells = (
        code_span(row.name), f"{row.state.glyph} {row.state.text}{note}", code_span(row.metric),
        row.cases, row.change, row.interval, row.others, prose(row.p_value),
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _counts(verdict: Verdict, changed: Changed) -> Section:
    counts = ", ".join(
        f"{numbers.count(changed.counts[state])} {CASES[state].text}"
        for state in ORDER
        if changed.counts.get(state)
    )
    if not counts:
        return Section()
    text = f"{counts}; {numbers.count(changed.unchanged)} unchanged."
    return Section(opening=f"#### Cases\n\n{text} {doubt_of(changed, verdict)}".rstrip())


def _in_full(cases: Sequence[CaseText]) -> Section:
    return Section(rows=tuple(map(_case, cases)), noun="more case")


def _case(case: CaseText) -> str:
    more = f", and in {numbers.plural(case.more, 'more gated metric')}" if case.more else ""
    head = f"**{case.word.text}** {code_span(case.id)}, {code_span(case.metric)}: {case.moved}"
    said = [f"- {head}{more}"]
    said += [f"  {prose(case.evidence)}"] if case.evidence else []
    said += [f"  {code_span(case.subject)}"] if case.subject else []
    said += [f"  Why: {code_span(case.why)}"] if case.why else []
    # Two spaces at the end of a line break it.
    return "  \n".join(said)


def _listed(cases: Sequence[CaseText], *, more: int) -> Section:
    if not cases:
        return Section()
    head = (
        "<details><summary>More newly failing or lost cases</summary>\n\n"
        "| Case | Metric | Scores | What |\n| :-- | :-- | --: | :-- |"
    )
    rows = tuple(
        f"| {code_span(case.id)} | {code_span(case.metric)} | {case.moved} | {case.word.text} |"
        for case in cases
    )
    return Section(
        opening=head, rows=rows, closing="</details>", noun="more case", unlisted=max(0, more)
    )


def _changes(verdict: Verdict) -> Section:
    changes = verdict.comparison.changes
    if not changes:
        return Section()
    said = " ".join(filter(None, (changed_sentence(verdict), attribution(verdict))))
    rows = tuple(
        f"| {code_span(one_line(change.what, 120))} | {code_span(one_line(change.baseline, 80))} "
        f"| {code_span(one_line(change.candidate, 80))} |"
        for change in changes
    )
    head = (
        f"{prose(said)}\n\n<details><summary>What else differs between the runs</summary>\n\n"
        "| | Baseline | Candidate |\n| :-- | :-- | :-- |"
    )
    return Section(opening=head, rows=rows, closing="</details>", noun="more difference")


def _sentences(title: str, sentences: tuple[str, ...]) -> Section:
    if not sentences:
        return Section()
    rows = tuple(f"- {prose(sentence)}" for sentence in sentences)
    return Section(opening=f"#### {title}\n", rows=rows, noun="more sentence")


def _footer(verdict: Verdict) -> Section:
    comparison = verdict.comparison
    systems = " → ".join(
        code_span(one_line(run.system.label, 200))
        for run in (comparison.baseline, comparison.candidate)
    )
    dataset = code_span(one_line(comparison.dataset, 120))
    profile = code_span(one_line(verdict.profile, 60))
    line = f"{systems} on {dataset}, profile {profile}, exit code {verdict.exit_code}"
    calibrated = verdict.calibration
    lines = [f"Calibrated: {prose(calibrated.sentence)}\n"] if calibrated is not None else []
    return Section(opening="\n".join((*lines, line)))
