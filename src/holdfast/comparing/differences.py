"""Differences: what besides the answers is not the same in two runs.

What one of the runs does not record is no difference: nobody knows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, cast

from holdfast.digest import Json, canonical
from holdfast.record import MetricRecord, Run
from holdfast.system import Spec

__all__ = ["Change", "ChangeKind", "changes_between"]

ChangeKind: TypeAlias = Literal[
    "prompt", "system", "parameter", "artifact", "dataset", "metric", "package", "code",
    "hardware", "platform", "setting", "other",
]  # fmt: skip

_ABSENT = "(none)"
_LONG = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing besides the answers that differs between the runs."""

    what: str
    """Path in words, such as `system parameter k` or `package faiss-cpu`."""
    baseline: str
    candidate: str
    kind: ChangeKind = "other"
    name: str = ""
    """What changed without its kind, such as `k` or `faiss-cpu`; empty where `what` is all."""
    texts: tuple[str | None, str | None] = (None, None)
    """Text of a prompt on both sides, secrets left out; None where it is not recorded."""


def changes_between(baseline: Run, candidate: Run) -> tuple[Change, ...]:
    """Everything recorded that differs, what matters most first."""
    return (
        *_spec_changes(baseline, candidate),
        *_differing(
            {"dataset digest": baseline.dataset_digest},
            {"dataset digest": candidate.dataset_digest},
            kind="dataset",
        ),
        *_differing(
            {"trials per case": baseline.repeats},
            {"trials per case": candidate.repeats},
            kind="setting",
        ),
        *_metric_changes(baseline, candidate),
        *_environment_changes(baseline, candidate),
    )


def _spec_changes(baseline: Run, candidate: Run) -> list[Change]:
    before, after = baseline.system.recorded, candidate.system.recorded
    changes = _differing({"system": before.name}, {"system": after.name}, kind="system")
    versions = ({"system version": before.version}, {"system version": after.version})
    return [
        *changes,
        *_parameter_changes(before, after),
        *_differing(*versions, kind="system"),
        *_artifact_changes((before, after), (baseline.texts, candidate.texts)),
    ]


def _parameter_changes(before: Spec, after: Spec) -> list[Change]:
    leaves = _leaves(before.params, after.params), _leaves(after.params, before.params)
    found = _differing(*leaves, what="system parameter", kind="parameter")
    return [_as_prompt(change, leaves) for change in found]


def _as_prompt(change: Change, leaves: tuple[Mapping[str, Json], Mapping[str, Json]]) -> Change:
    """The change of a parameter that is a text as people write prompts: long, or of lines."""
    texts = [side.get(change.name) for side in leaves]
    if any(text is not None and not isinstance(text, str) for text in texts):
        return change
    before, after = (str(text or "") for text in texts)
    if not any("\n" in text or len(text) > _LONG for text in (before, after)):
        return change
    return replace(change, kind="prompt", texts=(before, after))


def _leaves(params: Mapping[str, Json], others: Mapping[str, Json]) -> dict[str, Json]:
    """Settings by dotted path; one stays whole where the other side has no settings inside it."""
    found: dict[str, Json] = {}
    for key, value in params.items():
        other = others.get(key)
        path = canonical(key) if "." in key else key  # so that no two settings share a path
        if isinstance(value, Mapping) and isinstance(other, Mapping):
            inner = _leaves(cast("Mapping[str, Json]", value), cast("Mapping[str, Json]", other))
            found.update({f"{path}.{name}": item for name, item in inner.items()})
        else:
            found[path] = value
    return found


def _artifact_changes(
    specs: tuple[Spec, Spec], texts: tuple[Mapping[str, str], Mapping[str, str]], *, of: str = ""
) -> list[Change]:
    """Artifacts that differ: prompts where the text of a side is known, else digests."""
    before, after = specs[0].artifacts, specs[1].artifacts
    changes: list[Change] = []
    for change in _differing(before, after, what="system artifact", kind="artifact"):
        name = change.name
        sides = (_text(before.get(name), texts[0]), _text(after.get(name), texts[1]))
        known = any(side for side in sides)
        prompt = "prompt" if known else "artifact"
        what = f"metric {of} {prompt} {name}" if of else f"system {prompt} {name}"
        kind: ChangeKind = "metric" if of else "prompt" if known else "artifact"
        changes.append(
            Change(
                what=what,
                baseline=change.baseline,
                candidate=change.candidate,
                kind=kind,
                name=f"{of}: {name}" if of else name,
                texts=sides,
            )
        )
    return changes


def _text(digest: str | None, texts: Mapping[str, str]) -> str | None:
    return "" if digest is None else texts.get(digest)


def _metric_changes(baseline: Run, candidate: Run) -> list[Change]:
    before = {metric.label: metric for metric in baseline.metrics}
    after = {metric.label: metric for metric in candidate.metrics}
    changes: list[Change] = []
    for label in [*before, *(label for label in after if label not in before)]:
        old, new = before.get(label), after.get(label)
        if old is None or new is None:
            changes += _differing(
                {label: None if old is None else _version(old)},
                {label: None if new is None else _version(new)},
                what="metric",
                kind="metric",
            )
        elif old.spec.digest != new.spec.digest or _scale(old) != _scale(new):
            changes += _changed_metric(old, new, (baseline.texts, candidate.texts))
    return changes


def _changed_metric(
    old: MetricRecord, new: MetricRecord, texts: tuple[Mapping[str, str], Mapping[str, str]]
) -> list[Change]:
    label = new.label
    sides = [
        {f"{label} version": one.spec.version, f"{label} name": one.spec.name, **_scale(one)}
        for one in (old, new)
    ]
    changes = _differing(sides[0], sides[1], what="metric", kind="metric")
    changes += _artifact_changes((old.spec, new.spec), texts, of=label)
    if changes:
        return changes
    return _differing(
        {label: old.spec.digest}, {label: new.spec.digest}, what="metric", kind="metric"
    )


def _version(metric: MetricRecord) -> str:
    return f"version {metric.spec.version}"


def _scale(metric: MetricRecord) -> dict[str, Json]:
    label, aggregate = metric.label, metric.aggregate
    return {
        f"{label} direction": f"{metric.better} is better",
        f"{label} range": None if metric.bounds is None else list(metric.bounds),
        f"{label} unit": metric.unit or None,
        f"{label} aggregate": None if aggregate is None else f"{aggregate.kind} of {aggregate.k}",
    }


def _environment_changes(baseline: Run, candidate: Run) -> list[Change]:
    before, after = baseline.provenance, candidate.provenance
    changes: list[Change] = []
    # A run that knows its Python has looked for packages, even where it found none.
    if all(one.python or one.packages for one in (before, after)):
        changes += _differing(before.packages, after.packages, what="package", kind="package")
    changes += _known(before.sources, after.sources, what="source file", kind="code")
    changes += _known(
        before.metric_sources, after.metric_sources, what="metric source file", kind="code"
    )
    commits: list[dict[str, Json]] = [
        {
            "git commit": one.git_commit,
            "uncommitted changes": one.git_dirty,
            "git branch": one.git_branch,
        }
        for one in (before, after)
    ]
    changes += _both(commits[0], commits[1], kind="code")
    names = ("python", "holdfast", "platform")
    changes += _both(
        {**{name: getattr(before, name) for name in names}, "operating system": before.os},
        {**{name: getattr(after, name) for name in names}, "operating system": after.os},
        kind="platform",
    )
    changes += _known(before.hardware, after.hardware, what="hardware", kind="hardware")
    changes += _differing({"seed": before.seed}, {"seed": after.seed}, kind="setting")
    return changes + _known(before.settings, after.settings, what="setting", kind="setting")


def _known(
    before: Mapping[str, Json], after: Mapping[str, Json], *, what: str, kind: ChangeKind
) -> list[Change]:
    """Differences of two records, where both were kept."""
    return _differing(before, after, what=what, kind=kind) if before and after else []


def _both(
    before: Mapping[str, Json], after: Mapping[str, Json], *, kind: ChangeKind
) -> list[Change]:
    """Differences of the facts that both sides know."""
    shared = {name for name in before if _is_known(before[name]) and _is_known(after[name])}
    old, new = ({name: side[name] for name in side if name in shared} for side in (before, after))
    return _differing(old, new, kind=kind)


def _is_known(value: Json) -> bool:
    return value is not None and value != ""


def _differing(
    before: Mapping[str, Json], after: Mapping[str, Json], *, kind: ChangeKind, what: str = ""
) -> list[Change]:
    names = [*before, *(name for name in after if name not in before)]
    return [
        Change(
            what=f"{what} {name}".strip(),
            baseline=_shown(before.get(name)),
            candidate=_shown(after.get(name)),
            kind=kind,
            name=name,
        )
        for name in names
        if before.get(name) != after.get(name)
    ]


def _shown(value: Json) -> str:
    if value is None:
        return _ABSENT
    return value if isinstance(value, str) else canonical(value)
