"""Markdown: the verdict as a pull-request comment or a step summary.

Whatever a model wrote stands inside code spans, where Markdown has no meaning: no link, image,
mention, reference or HTML can come to life.
"""

import re
from collections.abc import Iterable

from holdfast.gate import Verdict
from holdfast.judging import numbers
from holdfast.report.changed import (
    ORDER,
    ChangedCase,
    changed_cases,
    doubt_of,
    reason_of,
    subject_of,
    worst_cases,
)
from holdfast.report.rows import MetricRow, case_scales, metric_rows
from holdfast.report.slice_rows import case_evidence, slice_heading, slice_rows
from holdfast.report.untrusted import one_line
from holdfast.report.wording import CASES, message_of, outcome_of

__all__ = ["code_span", "prose", "render_markdown"]

_LIMIT = 60_000
_WORST = 5
_METRICS = 60
_SENTENCES = 20
_INPUT = 200

_PUNCTUATION = re.compile(r"([\\`*_{}\[\]<>()#|~&!+])")
_WORD_JOINER = "\N{WORD JOINER}"


def render_markdown(verdict: Verdict) -> str:
    """The verdict, its metrics, its worst cases and its warnings, below 60,000 characters."""
    word = outcome_of(verdict)
    comparison = verdict.comparison
    blocks = [
        f"### {word.glyph} {word.text}: {code_span(one_line(comparison.suite, 120))}",
        f"**{prose(message_of(verdict.sentence))}**",
    ]
    if verdict.next_step:
        blocks.append(f"Next step: {prose(verdict.next_step)}")
    blocks += _sentences("Why the runs cannot be compared", verdict.problems)
    blocks += _sentences("Warnings", verdict.warnings)
    blocks += [_metrics(metric_rows(verdict)), *_slices(verdict), *_cases(verdict)]
    if verdict.calibration is not None:
        blocks.append(f"Calibrated: {prose(verdict.calibration.sentence)}")
    blocks.append(_footer(verdict))
    text = "\n\n".join(block for block in blocks if block) + "\n"
    if len(text) < _LIMIT:
        return text
    return text[: _LIMIT - 200].rsplit("\n", 1)[0] + "\n\nThe rest is in the HTML report.\n"


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
    line = one_line(text, 1_200)
    line = _PUNCTUATION.sub(r"\\\1", line)
    line = line.replace("@", f"@{_WORD_JOINER}").replace("\\#", f"\\#{_WORD_JOINER}")
    line = line.replace("://", f":{_WORD_JOINER}//").replace("www.", f"www{_WORD_JOINER}.")
    return re.sub(r"\b(GH|gh)-(?=\d)", rf"\1{_WORD_JOINER}-", line)


def _metrics(rows: tuple[MetricRow, ...]) -> str:
    if not rows:
        return ""
    level = next((row.level for row in rows if row.level), "")
    lines = [
        f"| Metric | State | Baseline | Candidate | Change | {level} interval | Margin |",
        "| :-- | :-- | --: | --: | --: | --: | --: |",
    ]
    for row in rows[:_METRICS]:
        state = f"{row.state.glyph} {row.state.text}"
        state = f"**{state}**" if row.blocks else state
        remarks = [row.role] if row.role != "gate" else []
        remarks += [row.direction] if row.direction.startswith("lower") else []
        remark = "".join(f", {text}" for text in remarks)
        cells = (
            code_span(row.metric) + remark, state, row.baseline, row.candidate,
            row.change, row.interval, row.margin or "none",
        )  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    blocks = ["\n".join(lines)]
    if len(rows) > _METRICS:
        blocks.append(f"{numbers.plural(len(rows) - _METRICS, 'more metric')} in the HTML report.")
    remarks = [
        f"- {code_span(row.metric)}: {prose(text)}"
        for row in rows[:_METRICS]
        for text in row.remarks
    ]
    if remarks:
        blocks.append("\n".join(remarks))
    return "\n\n".join(blocks)


def _slices(verdict: Verdict) -> Iterable[str]:
    rows = slice_rows(verdict)
    if not rows:
        return
    lines = [
        f"#### Slices\n\n{prose(slice_heading(verdict))}\n",
        "| Slice | State | Metric | Cases | Change | Interval | Other cases | Adjusted p |",
        "| :-- | :-- | :-- | --: | --: | --: | --: | --: |",
    ]
    for row in rows:
        note = f", {row.note}" if row.note else ""
        cells = (
            code_span(row.name), f"{row.state.glyph} {row.state.text}{note}", code_span(row.metric),
            row.cases, row.change, row.interval, row.others, prose(row.p_value),
        )  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    yield "\n".join(lines)


def _cases(verdict: Verdict) -> Iterable[str]:
    changed = changed_cases(verdict)
    worst = worst_cases(changed, _WORST)
    counts = ", ".join(
        f"{numbers.count(changed.counts[state])} {CASES[state].text}"
        for state in ORDER
        if changed.counts.get(state)
    )
    if counts:
        text = f"{counts}; {numbers.count(changed.unchanged)} unchanged."
        yield f"#### Cases\n\n{text} {doubt_of(changed, verdict)}".rstrip()
    if worst:
        yield "\n".join(line for case in worst for line in _case(case, verdict))


def _case(case: ChangedCase, verdict: Verdict) -> Iterable[str]:
    scales = case_scales(verdict)
    before, after = case.pair.scores.get(case.metric, (None, None))
    scale = scales.get(case.metric)
    shown = [
        "no score" if value is None or scale is None else scale.score(value)
        for value in (before, after)
    ]
    identity = code_span(one_line(case.pair.case.id, 120))
    metric = code_span(one_line(case.metric, 120))
    yield f"- **{CASES[case.state].text}** {identity}, {metric}: {shown[0]} → {shown[1]}  "
    findings = {finding.metric: finding for finding in verdict.findings}
    evidence = case_evidence(case.pair, case.metric, findings)
    if evidence:
        yield f"  {prose(evidence)}  "
    why = one_line(reason_of(case), _INPUT)
    end = "  " if why else ""
    subject = subject_of(case.pair)
    if subject:
        yield f"  {code_span(one_line(subject, _INPUT))}{end}"
    if why:
        yield f"  Why: {code_span(why)}"


def _sentences(title: str, sentences: tuple[str, ...]) -> list[str]:
    if not sentences:
        return []
    lines = [f"- {prose(sentence)}" for sentence in sentences[:_SENTENCES]]
    if len(sentences) > _SENTENCES:
        lines.append(f"- {numbers.count(len(sentences) - _SENTENCES)} more in the HTML report")
    return [f"#### {title}\n\n" + "\n".join(lines)]


def _footer(verdict: Verdict) -> str:
    comparison = verdict.comparison
    systems = " → ".join(
        code_span(one_line(run.system.label, 200))
        for run in (comparison.baseline, comparison.candidate)
    )
    dataset = code_span(one_line(comparison.dataset, 120))
    profile = code_span(one_line(verdict.profile, 60))
    return f"{systems} on {dataset}, profile {profile}, exit code {verdict.exit_code}"
