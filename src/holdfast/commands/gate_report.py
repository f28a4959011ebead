"""Gate report: what a gate decided of a candidate, and what is told of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from holdfast.commands.rulebook import keep_policies
from holdfast.commands.ruling import changes_in_words, judge, judge_alone, why_not_accepted
from holdfast.commands.site import html_folder, session_page
from holdfast.commands.telling import told_of
from holdfast.config import Config
from holdfast.gate import Verdict
from holdfast.policy import Policy
from holdfast.record import Run
from holdfast.report import render_terminal
from holdfast.report.untrusted import one_line
from holdfast.store import accept, run_path

__all__ = ["GateReport", "Gating", "accepted", "judged", "lines_of", "told"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GateReport:
    """What a session's summary says of one gate, made of text and numbers alone."""

    name: str
    outcome: str
    exit_code: int
    sentence: str
    text: str
    """The report as a failing test shows it."""
    lines: tuple[str, ...]
    """What the summary adds to the sentence."""
    doubt: bool
    """The gate let something pass that deserves a look."""
    folder: str
    """Folder of the site."""
    entry: Mapping[str, Any]
    """The gate's line in the index of the site."""
    told: Mapping[str, Any]
    """What is told of the verdict to places outside; empty where it was accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gating:
    """A verdict and what is told of it."""

    verdict: Verdict
    report: GateReport


def judged(
    old: Run | None, candidate: Run, *, config: Config, profile: str, beside: Sequence[Policy]
) -> Verdict:
    """The candidate beside its baseline, or alone where there is none."""
    if old is None:
        return judge_alone(candidate, config=config, profile=profile, beside=beside)
    return judge(old, candidate, config=config, profile=profile, beside=beside)


def lines_of(verdict: Verdict, profile: str) -> list[str]:
    """What the summary adds to the sentence of a verdict."""
    lines = [f"warning: {text}" for text in verdict.warnings]
    if verdict.outcome == "inconclusive" and verdict.passed:
        lines.insert(0, f"warning: the profile {profile!r} lets doubt pass; this proves nothing")
    if verdict.next_step:
        lines.append(f"next: {verdict.next_step}")
    return lines


def accepted(candidate: Run, verdict: Verdict, *, config: Config, replaced: bool) -> Gating:
    """Make the candidate the baseline, unless it would fail whatever the baseline is."""
    low = [finding for finding in verdict.findings if finding.state == "below_floor"]
    reason = why_not_accepted(candidate)
    if any(finding.blocks for finding in low):
        reason = reason or f"{low[0].metric}: {low[0].why}"
    if reason:
        code = 1 if low else 3
        sentence = f"Not accepted: {reason}"
        return told(verdict, config, other=None, lines=[], said=(sentence, code))
    path = accept(candidate, config.store)
    keep_policies(run_path(candidate.id, config.store), path)
    changes = changes_in_words(verdict if replaced else None)
    lines = [f"baseline: {path}", *changes, "next: review the baseline and commit it"]
    sentence = f"Accepted as the baseline of {candidate.suite}/{candidate.system.name}."
    return told(verdict, config, other=None, lines=lines, said=(sentence, 0))


def told(
    verdict: Verdict,
    config: Config,
    *,
    other: Run | None,
    lines: list[str],
    said: tuple[str, int] | None = None,
) -> Gating:
    """Write the page and the report; `said` takes the place of the verdict's sentence and code."""
    folder = html_folder(config.store)
    sentence, code = said or (verdict.sentence, verdict.exit_code)
    kept = said is not None and code == 0
    entry = session_page(verdict, config, other=other, accepted=kept)
    text = render_terminal(verdict).rstrip()
    report = f"report: {folder / unquote(entry.href)}"
    return Gating(
        verdict=verdict,
        report=GateReport(
            name=f"{verdict.comparison.suite}/{verdict.comparison.candidate.system.label}",
            outcome="accepted" if kept else verdict.outcome,
            exit_code=code,
            sentence=_plain(sentence),
            text="\n\n".join((sentence, text, report) if said else (text, report)),
            lines=tuple(_plain(line) for line in (*lines, report)),
            doubt=verdict.outcome == "inconclusive" or bool(verdict.warnings),
            folder=str(folder),
            entry=entry.as_json(),
            told={} if said else told_of(verdict),
        ),
    )


def _plain(text: str) -> str:
    """One line without the control characters that an answer may hold."""
    return one_line(text, 2_000).replace("\u00a0", " ")
