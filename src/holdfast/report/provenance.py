"""Provenance: what changed between two runs, group by group, as ready strings."""

import re
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from holdfast.comparing.differences import Change, ChangeKind
from holdfast.comparison import CaseState, Comparison, RunInfo
from holdfast.gate import Verdict
from holdfast.judging import numbers
from holdfast.report.alterations import has_baseline
from holdfast.report.text_diff import DiffLine, text_diff
from holdfast.report.untrusted import one_line
from holdfast.report.wording import CASES

__all__ = [
    "CacheView",
    "CaseLink",
    "ChangeGroup",
    "ChangeRow",
    "PromptView",
    "cache_note",
    "cache_views",
    "change_groups",
]

_LONG = 300
_ROWS = 40
_PROMPTS = 20
_NAMED = 5
_DIGEST = re.compile(r"[0-9a-f]{32,64}")
_COMMIT = re.compile(r"[0-9a-fA-F]{7,64}")
_GROUPS: tuple[tuple[str, tuple[ChangeKind, ...]], ...] = (
    ("Prompts", ("prompt",)),
    ("Model and system", ("system", "parameter", "artifact")),
    ("Data set", ("dataset",)),
    ("Metrics and judges", ("metric",)),
    ("Dependencies", ("package",)),
    ("Code", ("code",)),
    ("Hardware and platform", ("hardware", "platform")),
    ("Settings of the run", ("setting",)),
    ("Other", ("other",)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """One fact that differs."""

    what: str
    baseline: str
    candidate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptView:
    """A text that differs, with its changed lines."""

    name: str
    says: str
    """How many lines changed, or why none can be shown."""
    lines: tuple[DiffLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLink:
    """Cases of one state, with the address of the table that shows them."""

    address: str
    says: str
    names: str
    """The first few ids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeGroup:
    """What changed of one kind."""

    title: str
    rows: tuple[ChangeRow, ...] = ()
    prompts: tuple[PromptView, ...] = ()
    links: tuple[CaseLink, ...] = ()
    notes: tuple[str, ...] = ()
    command: str = ""
    """Shell line that shows more; empty where there is none."""
    same: tuple[tuple[str, str], ...] = ()
    """Names and values that did not change."""
    same_says: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheView:
    """What the cache did for one run."""

    arm: str
    answers: str
    misses: str
    reasons: tuple[str, ...]


def change_groups(verdict: Verdict) -> tuple[ChangeGroup, ...]:
    """What changed, a group for each kind of thing that did."""
    comparison = verdict.comparison
    groups = (_group(title, kinds, comparison) for title, kinds in _GROUPS)
    return tuple(group for group in groups if group is not None)


def _group(title: str, kinds: tuple[ChangeKind, ...], comparison: Comparison) -> ChangeGroup | None:
    found = [change for change in comparison.changes if change.kind in kinds]
    links = _case_links(comparison) if "dataset" in kinds else ()
    if not found and not links:
        return None
    texts = [change for change in found if _has_text(change)]
    rows = [change for change in found if not _has_text(change)]
    notes = _hidden(len(rows) - _ROWS, "more change")
    notes += _hidden(len(texts) - _PROMPTS, "more text")
    command = ""
    if "code" in kinds:
        notes += _code_notes(found, comparison)
        command = _git_diff(comparison)
    same, same_says = _same_packages(comparison) if "package" in kinds else ((), "")
    return ChangeGroup(
        title=title,
        rows=tuple(_row(change) for change in rows[:_ROWS]),
        prompts=tuple(_prompt(change) for change in texts[:_PROMPTS]),
        links=links,
        notes=tuple(notes),
        command=command,
        same=same,
        same_says=same_says,
    )


def _has_text(change: Change) -> bool:
    return any(text is not None for text in change.texts)


def _hidden(count: int, noun: str) -> list[str]:
    return [f"{numbers.plural(count, noun)} in the JSON form."] if count > 0 else []


def _row(change: Change) -> ChangeRow:
    plain = change.kind in ("parameter", "metric", "package", "hardware", "setting")
    return ChangeRow(
        what=one_line((change.name if plain else "") or change.what, _LONG),
        baseline=_value(change, change.baseline),
        candidate=_value(change, change.candidate),
    )


def _value(change: Change, value: str) -> str:
    if _DIGEST.fullmatch(value):  # in full among the facts of its run
        return value[:12]
    if change.what == "uncommitted changes":
        return {"true": "yes", "false": "no"}.get(value, one_line(value, _LONG))
    return one_line(value, _LONG) or "(none)"


def _prompt(change: Change) -> PromptView:
    before, after = change.texts
    name = one_line(change.name or change.what, _LONG)
    if before is None or after is None:
        arm = "baseline" if before is None else "candidate"
        says = f"Its text is not recorded in the {arm}, so what changed cannot be shown."
        return PromptView(name=name, says=says, lines=())
    found = text_diff(before, after)
    if change.baseline == "(none)":
        return PromptView(name=name, says=f"New. {found.says}", lines=found.lines)
    if change.candidate == "(none)":
        return PromptView(name=name, says=f"Gone. {found.says}", lines=found.lines)
    return PromptView(name=name, says=found.says, lines=found.lines)


def _case_links(comparison: Comparison) -> tuple[CaseLink, ...]:
    groups: tuple[tuple[CaseState, Sequence[str]], ...] = (
        ("edited", comparison.edited),
        ("added", comparison.added),
        ("removed", comparison.removed),
    )
    return tuple(
        CaseLink(
            address=f"#state={CASES[state].text}",
            says=f"{numbers.plural(len(ids), 'case')} {CASES[state].text}",
            names=_names(ids),
        )
        for state, ids in groups
        if ids
    )


def _names(ids: Sequence[str]) -> str:
    named = ", ".join(one_line(name, 60) for name in ids[:_NAMED])
    more = len(ids) - _NAMED
    return f"{named} and {numbers.count(more)} more" if more > 0 else named


def _code_notes(found: Iterable[Change], comparison: Comparison) -> list[str]:
    runs = (comparison.baseline, comparison.candidate)
    if not all(run.provenance.sources for run in runs):
        return []
    if any(change.what.startswith("source file") for change in found):
        return []
    return ["The files that the system is made of are the same in both runs."]


def _git_diff(comparison: Comparison) -> str:
    """The command that shows what changed between two commits, and since the second."""
    before, after = (run.provenance for run in (comparison.baseline, comparison.candidate))
    old, new = before.git_commit or "", after.git_commit or ""
    if not (_COMMIT.fullmatch(old) and _COMMIT.fullmatch(new)):
        return ""
    if old != new:
        return f"git diff {shlex.quote(old)}..{shlex.quote(new)}"
    return f"git diff {shlex.quote(new)}" if before.git_dirty or after.git_dirty else ""


def _same_packages(comparison: Comparison) -> tuple[tuple[tuple[str, str], ...], str]:
    before, after = (run.provenance.packages for run in (comparison.baseline, comparison.candidate))
    same = sorted((name, value) for name, value in after.items() if before.get(name) == value)
    shown = tuple((one_line(name, 120), one_line(value, 120)) for name, value in same)
    says = numbers.plural(len(same), "dependency is", many="dependencies are")
    return shown, f"{says} the same" if same else ""


def cache_views(verdict: Verdict) -> tuple[CacheView, ...]:
    """What the cache did for both runs, or for the only one."""
    comparison = verdict.comparison
    if not has_baseline(verdict):
        return (_cache("This run", comparison.candidate),)
    runs = {"Baseline": comparison.baseline, "Candidate": comparison.candidate}
    return tuple(_cache(arm, run) for arm, run in runs.items())


def _cache(arm: str, run: RunInfo) -> CacheView:
    receipt = run.provenance.cache
    total = max(run.trials, receipt.hits)
    answers = f"{numbers.count(receipt.hits)} of {numbers.count(total)}"
    if total:
        answers += f" ({numbers.share(receipt.hits / total, decimals=0)})"
    reasons = sorted(receipt.reasons.items(), key=lambda pair: (-pair[1], pair[0]))
    return CacheView(
        arm=arm,
        answers=answers,
        misses=numbers.count(receipt.misses),
        reasons=tuple(
            f"{one_line(why, _LONG)}: {numbers.count(times)}" for why, times in reasons[:_NAMED]
        ),
    )


def cache_note(verdict: Verdict) -> str:
    """What answers from the cache are worth; empty where there are none."""
    comparison = verdict.comparison
    runs = [comparison.candidate, *([comparison.baseline] if has_baseline(verdict) else [])]
    if not any(run.provenance.cache.hits for run in runs):
        return ""
    return (
        "An answer from the cache is the one that an earlier run got to the same input with the "
        "same system. It is no new evidence."
    )
