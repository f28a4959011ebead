"""GitHub: the verdict as workflow commands, which become annotations of a run."""

from holdfast.gate import Finding, Verdict
from holdfast.report.rows import metric_rows
from holdfast.report.untrusted import clean
from holdfast.report.wording import message_of, outcome_of

__all__ = ["render_github"]

_ANNOTATIONS = 10
_MESSAGE = 2_000


def render_github(verdict: Verdict) -> str:
    """One line for the verdict, for each finding that asks for attention, and for each warning.

    GitHub shows ten annotations of a kind for a step; what goes beyond becomes one line.
    """
    word = outcome_of(verdict)
    level = "notice" if verdict.outcome == "pass" else "warning" if verdict.passed else "error"
    message = f"{message_of(verdict.sentence)} {verdict.next_step}".strip()
    lines = [_command(level, f"holdfast: {word.text}, {verdict.comparison.suite}", message)]
    lines += [_command("error", "holdfast: not comparable", text) for text in verdict.problems]
    for finding, row in zip(verdict.findings, metric_rows(verdict), strict=True):
        kind = _level(finding)
        if kind:
            lines.append(_command(kind, f"{row.metric}: {row.state.text}", row.reason))
    lines += [_command("warning", "holdfast", text) for text in verdict.warnings]
    return "".join(f"{line}\n" for line in _capped(lines))


def _level(finding: Finding) -> str:
    if finding.blocks:
        return "error"
    attention = ("regressed", "below_floor", "inconclusive", "invalid")
    return "warning" if finding.state in attention and finding.policy.role != "info" else ""


def _command(level: str, title: str, message: str) -> str:
    return f"::{level} title={_property(title[:200])}::{_data(message[:_MESSAGE])}"


def _data(text: str) -> str:
    text = clean(text).replace("##[", "# #[")
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _capped(lines: list[str]) -> list[str]:
    """At most ten lines of each level, the last of which counts what is left out."""
    kept: list[str] = []
    for level in ("error", "warning", "notice"):
        same = [line for line in lines if line.startswith(f"::{level} ")]
        if len(same) > _ANNOTATIONS:
            left = len(same) - _ANNOTATIONS + 1
            same = same[: _ANNOTATIONS - 1]
            same.append(_command(level, "holdfast", f"{left} more are in the report."))
        kept += same
    return kept
