"""Alterations: what changed between two runs besides the answers, in one sentence."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from holdfast.comparing.differences import Change, ChangeKind
from holdfast.comparison import Comparison, RunInfo
from holdfast.gate import Verdict
from holdfast.judging import numbers
from holdfast.redaction import REDACTED
from holdfast.report.untrusted import one_line

__all__ = [
    "Thing",
    "attribution",
    "changed_sentence",
    "has_baseline",
    "short",
    "things_changed",
    "unrecorded",
]

_SHOWN = 5
_PACKAGES = 3
_ORDER: tuple[ChangeKind, ...] = (
    "prompt", "system", "parameter", "artifact", "dataset", "metric", "package", "code",
    "hardware", "platform", "setting", "other",
)  # fmt: skip
_ALTERING: frozenset[ChangeKind] = frozenset(
    ("prompt", "system", "parameter", "artifact", "package", "code", "other")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One thing that changed, as people count things."""

    words: str
    alters: bool
    """It can change what the system answers, and not only how it is measured or how fast it is."""


def has_baseline(verdict: Verdict) -> bool:
    """Whether there were two runs; a run without a baseline is put beside nobody."""
    return verdict.comparison.baseline.id != "none"


def changed_sentence(verdict: Verdict) -> str:
    """What changed besides the answers, in a sentence.

    Such as `2 things changed besides the answers: temperature 0 → 0.7, torch 2.7 → 2.8.`
    """
    if not has_baseline(verdict):
        return "There is no baseline, so nothing was compared."
    things = things_changed(verdict.comparison)
    if not things:
        return "Nothing recorded differs besides the answers."
    named = [thing.words for thing in things[:_SHOWN]]
    if len(things) > _SHOWN:
        named.append(f"and {numbers.count(len(things) - _SHOWN)} more")
    many = f"{numbers.plural(len(things), 'thing')} changed besides the answers"
    return f"{many}: {', '.join(named)}."


def attribution(verdict: Verdict) -> str:
    """Says that no single change can be blamed, where several can alter answers; else empty."""
    things = things_changed(verdict.comparison)
    altering = sum(thing.alters for thing in things)
    if altering < 2:
        return ""
    some = "Each" if altering == len(things) else numbers.count(altering)
    return f"{some} of them can alter answers, so these two runs alone cannot say which one did."


def things_changed(comparison: Comparison) -> tuple[Thing, ...]:
    """Everything that changed, each thing once however many facts tell of it."""
    changes = comparison.changes
    by_kind: dict[ChangeKind, list[Change]] = {}
    for change in changes:
        by_kind.setdefault(change.kind, []).append(change)
    things: list[Thing] = []
    for kind in sorted(by_kind, key=_ORDER.index):
        words = _words(kind, by_kind[kind], comparison)
        things += [Thing(words=text, alters=_alters(kind, text)) for text in words]
    return tuple(things)


def _alters(kind: ChangeKind, words: str) -> bool:
    return kind in _ALTERING and not words.startswith("code of the metrics")


def _words(kind: ChangeKind, found: Sequence[Change], comparison: Comparison) -> list[str]:
    if kind == "package" and len(found) > _PACKAGES:
        return [numbers.plural(len(found), "dependency", many="dependencies")]
    if kind == "hardware":
        return [f"hardware ({', '.join(_name(change) for change in found)})"]
    if kind == "metric":
        labels = {_metric_of(change, comparison): None for change in found}
        return [f"metric {short(label)}" for label in labels]
    if kind == "dataset":
        return [_dataset(comparison)]
    if kind == "code":
        return _code(found, (comparison.baseline, comparison.candidate))
    if kind in ("prompt", "artifact"):
        return [f"{kind} {_name(change)}" for change in found]
    return [_moved(change) for change in found]


def _moved(change: Change) -> str:
    if change.baseline == "(none)":
        return f"{_name(change)} {short(change.candidate)} added"
    if change.candidate == "(none)":
        return f"{_name(change)} removed"
    return f"{_name(change)} {short(change.baseline)} → {short(change.candidate)}"


def _name(change: Change) -> str:
    return short(change.name or change.what)


def short(text: str) -> str:
    """A name or value short enough for a sentence."""
    return one_line(text, 40) or "(empty)"


def _metric_of(change: Change, comparison: Comparison) -> str:
    """Label of the metric that a change is about; longest first, for one may begin another."""
    runs = (comparison.baseline, comparison.candidate)
    labels = sorted({m.label for run in runs for m in run.metrics}, key=len, reverse=True)
    return next((label for label in labels if change.name.startswith(label)), change.name)


def _dataset(comparison: Comparison) -> str:
    counts = (
        (len(comparison.edited), "edited"),
        (len(comparison.added), "added"),
        (len(comparison.removed), "removed"),
    )
    said = ", ".join(f"{numbers.count(number)} {how}" for number, how in counts if number)
    return f"data set ({said})" if said else "data set"


def _code(found: Sequence[Change], runs: tuple[RunInfo, RunInfo]) -> list[str]:
    """Code by its files where both runs name them; a commit says less."""
    files = sum(change.what.startswith("source file") for change in found)
    scoring = sum(change.what.startswith("metric source file") for change in found)
    words: list[str] = []
    if all(run.provenance.sources for run in runs):
        if files:
            words.append(f"code of the system ({numbers.plural(files, 'file')})")
    else:
        commits = [change for change in found if change.what == "git commit"]
        words += [
            f"commit {one_line(one.baseline, 8)} → {one_line(one.candidate, 8)}" for one in commits
        ]
        if not commits and any(change.what == "uncommitted changes" for change in found):
            words.append("uncommitted changes")
    if scoring:
        words.append(f"code of the metrics ({numbers.plural(scoring, 'file')})")
    return words


def unrecorded(verdict: Verdict) -> tuple[str, ...]:
    """What the records cannot say, in sentences."""
    comparison = verdict.comparison
    runs = {"candidate": comparison.candidate}
    if has_baseline(verdict):
        runs = {"baseline": comparison.baseline, **runs}
    return (
        *_missing(runs),
        *_dirty(runs),
        *_secret(runs),
        "Never recorded: environment variables, and what a provider changes behind the name of a "
        "model.",
    )


def _missing(runs: dict[str, RunInfo]) -> Iterable[str]:
    lacking = {arm: _gaps(run) for arm, run in runs.items()}
    if len(set(lacking.values())) == 1:
        lacking = {" and the ".join(lacking): next(iter(lacking.values()))}
    for arm, gaps in lacking.items():
        if gaps:
            yield f"Not recorded of the {arm}: {', '.join(gaps)}."


def _gaps(run: RunInfo) -> tuple[str, ...]:
    provenance = run.provenance
    known = {
        "dependencies": provenance.python or provenance.packages,
        "commit": provenance.git_commit,
        "source files": provenance.sources,
        "hardware": provenance.hardware,
        "operating system": provenance.os,
        "settings of the run": provenance.settings,
    }
    return tuple(name for name, value in known.items() if not value)


def _dirty(runs: dict[str, RunInfo]) -> Iterable[str]:
    dirty = [arm for arm, run in runs.items() if run.provenance.git_dirty]
    if not dirty or all(run.provenance.sources for run in runs.values()):
        return
    yield (
        f"The {' and the '.join(dirty)} had uncommitted changes: the code may differ from the "
        "commit's."
    )


def _secret(runs: dict[str, RunInfo]) -> Iterable[str]:
    labels = [run.system.label for run in runs.values()]
    labels += [metric.label for run in runs.values() for metric in run.metrics]
    if any(REDACTED in label for label in labels):
        yield "Secrets are left out of the records, so a change of one is not seen."
