"""Origin text: what a run was made with, as a few aligned lines."""

from collections.abc import Mapping

from holdfast.digest import Json
from holdfast.judging import numbers
from holdfast.record import Run
from holdfast.report.untrusted import one_line

__all__ = ["origin_lines"]

_PACKAGES = 12
_REASONS = 3


def origin_lines(run: Run) -> list[str]:
    """Code, machine, packages, prompts and cache of a run; what was not recorded has no line."""
    facts = {
        "code": _code(run),
        "made by": _made_by(run),
        "on": ", ".join((*_known(run.provenance.os), *_hardware(run.provenance.hardware))),
        "packages": _packages(run.provenance.packages),
        "prompts": _prompts(run),
        "settings": ", ".join(f"{k} {_setting(v)}" for k, v in run.provenance.settings.items()),
        "cache": _cache(run),
    }
    return [f"{name:<8} {one_line(text, 400)}" for name, text in facts.items() if text]


def _setting(value: Json) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _known(text: str) -> tuple[str, ...]:
    return (text,) if text else ()


def _code(run: Run) -> str:
    found = run.provenance
    if not found.git_commit:
        return ""
    branch = f" on {found.git_branch}" if found.git_branch else ""
    dirty = ", with uncommitted changes" if found.git_dirty else ""
    files = numbers.plural(len(found.sources), "file")
    own = f"; the system is made of {files} of the project" if found.sources else ""
    return f"{found.git_commit[:12]}{branch}{dirty}{own}"


def _made_by(run: Run) -> str:
    found = run.provenance
    versions = {"holdfast": found.holdfast, "Python": found.python}
    said = [f"{name} {version}" for name, version in versions.items() if version]
    return ", ".join(said)


def _hardware(found: Mapping[str, str]) -> list[str]:
    units = {"cores": "cores", "memory": "memory", "driver": "driver"}
    return [f"{value} {units[name]}" if name in units else value for name, value in found.items()]


def _packages(found: Mapping[str, str]) -> str:
    shown = [f"{name} {version}" for name, version in list(found.items())[:_PACKAGES]]
    more = len(found) - len(shown)
    return ", ".join(shown) + (f" and {numbers.count(more)} more" if more > 0 else "")


def _prompts(run: Run) -> str:
    """Names of the texts that the run holds, with their length."""
    specs = {"": run.system, **{f"{metric.label}: ": metric.spec for metric in run.metrics}}
    return ", ".join(
        f"{owner}{name} ({numbers.plural(len(run.texts[digest].splitlines()), 'line')})"
        for owner, spec in specs.items()
        for name, digest in spec.artifacts.items()
        if digest in run.texts
    )


def _cache(run: Run) -> str:
    found = run.provenance.cache
    if not found.hits and not found.misses:
        return ""
    reasons = sorted(found.reasons.items(), key=lambda pair: (-pair[1], pair[0]))[:_REASONS]
    why = "; ".join(f"{numbers.count(times)} {reason}" for reason, times in reasons)
    answers = f"{numbers.count(found.hits)} of {numbers.plural(len(run.trials), 'answer')} from it"
    misses = numbers.plural(found.misses, "miss", many="misses")
    return f"{answers}, {misses}{f' ({why})' if why else ''}"
