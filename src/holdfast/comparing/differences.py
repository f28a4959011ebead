"""Differences: what besides the answers is not the same in two runs."""

from collections.abc import Mapping
from dataclasses import dataclass

from holdfast.digest import Json, canonical
from holdfast.record import Run
from holdfast.system import Spec

__all__ = ["Change", "changes_between"]

_ABSENT = "(none)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing besides the answers that differs between the runs."""

    what: str
    """Path in words, such as `system parameter k` or `package faiss-cpu`."""
    baseline: str
    candidate: str


def changes_between(baseline: Run, candidate: Run) -> tuple[Change, ...]:
    """Everything recorded that differs, what matters most first."""
    before, after = baseline.provenance, candidate.provenance
    changes = _spec_changes(baseline.system, candidate.system)
    changes += _differing(
        {"dataset digest": baseline.dataset_digest, "trials per case": baseline.repeats},
        {"dataset digest": candidate.dataset_digest, "trials per case": candidate.repeats},
    )
    specs = {metric.label: metric.spec.digest for metric in baseline.metrics}
    changes += _differing(
        specs, {metric.label: metric.spec.digest for metric in candidate.metrics}, what="metric"
    )
    changes += _differing(
        {"python": before.python, "platform": before.platform, "holdfast": before.holdfast},
        {"python": after.python, "platform": after.platform, "holdfast": after.holdfast},
    )
    changes += _differing(before.packages, after.packages, what="package")
    changes += _differing(
        {"git commit": before.git_commit, "uncommitted changes": before.git_dirty},
        {"git commit": after.git_commit, "uncommitted changes": after.git_dirty},
    )
    return tuple(changes + _differing({"seed": before.seed}, {"seed": after.seed}))


def _spec_changes(before: Spec, after: Spec) -> list[Change]:
    return [
        *_differing({"system": before.name}, {"system": after.name}),
        *_differing(before.params, after.params, what="system parameter"),
        *_differing({"system version": before.version}, {"system version": after.version}),
        *_differing(before.artifacts, after.artifacts, what="system artifact"),
    ]


def _differing(
    before: Mapping[str, Json], after: Mapping[str, Json], *, what: str = ""
) -> list[Change]:
    names = [*before, *(name for name in after if name not in before)]
    return [
        Change(
            what=f"{what} {name}".strip(),
            baseline=_shown(before.get(name)),
            candidate=_shown(after.get(name)),
        )
        for name in names
        if before.get(name) != after.get(name)
    ]


def _shown(value: Json) -> str:
    if value is None:
        return _ABSENT
    return value if isinstance(value, str) else canonical(value)
