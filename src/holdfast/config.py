"""Config: what `[tool.holdfast]` in pyproject.toml says, and where the project begins."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, cast, get_args

from holdfast.errors import UsageError
from holdfast.policy import PROFILES, Estimand, OnInconclusive, Profile, Role, Slices
from holdfast.quarantine import Quarantine, quarantines_from

__all__ = [
    "Config",
    "PolicyTable",
    "did_you_mean",
    "find_metric",
    "find_root",
    "load_config",
]

STORE = "reports"
"""Folder of the store where nobody names another one."""

PROMPTS = "prompts"
"""Folder of the prompts where nobody names another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyTable:
    """The settings that one table of pyproject.toml writes down for one metric."""

    metric: str
    """Label, or bare name where only one metric of the suite has it."""
    settings: Mapping[str, float | str]
    """Fields of `Policy` by name; what is not written here keeps its value."""
    where: str
    """The table, as an error message names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Settings of one project."""

    root: Path
    """Folder that relative paths start from."""
    store: Path
    """Folder of runs, baselines and reports."""
    prompts: Path = Path(PROMPTS)
    """Folder of the prompts and their versions."""
    profile: str = "pr"
    profiles: Mapping[str, Profile] = field(default_factory=lambda: dict(PROFILES))
    suites: Mapping[str, tuple[PolicyTable, ...]] = field(
        default_factory=dict[str, tuple[PolicyTable, ...]]
    )
    """Policies by name of the suite."""
    quarantines: Mapping[str, tuple[Quarantine, ...]] = field(
        default_factory=dict[str, tuple[Quarantine, ...]]
    )
    """Cases that are set aside, by name of the suite."""
    models: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    """Tables of chat models by name, for systems; the engine does not read what they hold."""
    prices: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    """Tables of prices by model, for systems likewise."""
    today: date = field(default_factory=date.today)
    """The day on which quarantines are looked up."""

    def choose(self, name: str | None) -> Profile:
        """The profile of that name, or the configured one where no name is given.

        Raises:
            UsageError: there is no such profile.
        """
        wanted = name or self.profile
        if wanted not in self.profiles:
            raise UsageError(f"unknown profile {wanted!r}{did_you_mean(wanted, self.profiles)}")
        return self.profiles[wanted]


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """The end of an error message: the closest known name, then all of them.

    >>> did_you_mean("recal", ["recall", "tone"])
    "; did you mean 'recall'? (known: recall, tone)"
    """
    import difflib

    names = list(known)
    if not names:
        return " (none is known)"
    by_letters = {name.lower(): name for name in names}
    close = difflib.get_close_matches(wrong.lower(), list(by_letters), n=1)
    guess = f"; did you mean {by_letters[close[0]]!r}?" if close else ""
    return f"{guess} (known: {', '.join(names)})"


def find_root(start: Path) -> Path:
    """The folder that the project begins in, seen from a folder inside it.

    It is the nearest folder whose pyproject.toml has a `[tool.holdfast]` table, not looking
    beyond the repository; else the nearest with a pyproject.toml or `.git`; else the start.
    """
    nearest: Path | None = None
    here = start.resolve()
    for folder in (here, *here.parents):
        repository = (folder / ".git").exists()
        project = (folder / "pyproject.toml").is_file()
        if project and _table(folder) is not None:
            return folder
        if nearest is None and (project or repository):
            nearest = folder
        if repository:
            break
    return nearest or here


def load_config(
    start: Path, *, environ: Mapping[str, str], store: str | Path | None = None
) -> Config:
    """The settings that apply in a folder.

    The store is the given one, else HOLDFAST_STORE, else the configured one, else `reports`.
    The first two are read relative to the start, the others relative to the project.

    Raises:
        UsageError: pyproject.toml is broken, or holds a key or value that means nothing.
    """
    root = find_root(start)
    table = _table(root) or {}
    known = ("store", "prompts", "profile", "profiles", "suites", "models", "prices")
    _refuse_unknown(table, known, where="[tool.holdfast]")
    profiles = {**PROFILES, **_profiles(_tables(table, "profiles", where="[tool.holdfast]"))}
    written = _tables(table, "suites", where="[tool.holdfast]")
    chosen = store or environ.get("HOLDFAST_STORE")
    place = start / chosen if chosen else root / _text(table, "store", default=STORE)
    config = Config(
        root=root,
        store=place,
        prompts=root / _text(table, "prompts", default=PROMPTS),
        profile=_text(table, "profile", default="pr"),
        profiles=profiles,
        suites=_suites(written),
        quarantines={
            name: quarantines_from(suite.get("quarantine", {}), where=_suite_table(name))
            for name, suite in written.items()
        },
        models=_tables(table, "models", where="[tool.holdfast]"),
        prices=_tables(table, "prices", where="[tool.holdfast]"),
    )
    config.choose(None)
    return config


def find_metric(name: str, labels: Sequence[str], *, where: str) -> str:
    """The label that a label or an unambiguous bare name stands for.

    >>> find_metric("recall", ["recall(k=5)", "tone"], where="--margin")
    'recall(k=5)'
    """
    if name in labels:
        return name
    matches = [label for label in labels if label.split("(", 1)[0] == name]
    if len(matches) > 1:
        raise UsageError(f"{where}: {name!r} could be any of {', '.join(matches)}; write one out")
    if not matches:
        raise UsageError(f"{where}: unknown metric {name!r}{did_you_mean(name, labels)}")
    return matches[0]


def _table(folder: Path) -> dict[str, Any] | None:
    path = folder / "pyproject.toml"
    if not path.is_file():
        return None
    try:
        with path.open("rb") as file:
            content = tomllib.load(file)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {path}: {error}; correct the file") from error
    tool = content.get("tool", {}).get("holdfast")
    if tool is not None and not isinstance(tool, dict):
        raise UsageError(f"{path}: [tool.holdfast] must be a table, got {tool!r}")
    return cast("dict[str, Any] | None", tool)


def _refuse_unknown(table: Mapping[str, Any], known: Iterable[str], *, where: str) -> None:
    for key in table:
        if key not in known:
            raise UsageError(f"unknown key {key!r} in {where}{did_you_mean(key, known)}")


def _tables(table: Mapping[str, Any], key: str, *, where: str) -> dict[str, dict[str, Any]]:
    found = table.get(key, {})
    if not isinstance(found, dict):
        raise UsageError(f"{key!r} in {where} must be a table, got {found!r}")
    for name, value in cast("dict[str, Any]", found).items():
        if not isinstance(value, dict):
            raise UsageError(f"{key}.{name} in {where} must be a table, got {value!r}")
    return cast("dict[str, dict[str, Any]]", found)


def _text(table: Mapping[str, Any], key: str, *, default: str) -> str:
    value = table.get(key, default)
    if not isinstance(value, str) or not value:
        raise UsageError(f"{key!r} in [tool.holdfast] must be text, got {value!r}")
    return value


def _profiles(tables: Mapping[str, dict[str, Any]]) -> dict[str, Profile]:
    profiles: dict[str, Profile] = {}
    for name, table in tables.items():
        where = f"[tool.holdfast.profiles.{name}]"
        _refuse_unknown(table, ("on_inconclusive",), where=where)
        if "on_inconclusive" not in table:
            choices = ", ".join(repr(choice) for choice in _CHOICES["on_inconclusive"])
            raise UsageError(f"{where} needs on_inconclusive, one of {choices}")
        _check("on_inconclusive", table["on_inconclusive"], where=where)
        profiles[name] = Profile(name=name, on_inconclusive=table["on_inconclusive"])
    return profiles


def _suite_table(name: str) -> str:
    return f"[tool.holdfast.suites.{name}]"


def _suites(tables: Mapping[str, dict[str, Any]]) -> dict[str, tuple[PolicyTable, ...]]:
    suites: dict[str, tuple[PolicyTable, ...]] = {}
    for suite, table in tables.items():
        _refuse_unknown(table, ("policies", "quarantine"), where=_suite_table(suite))
        policies = _tables(table, "policies", where=_suite_table(suite))
        suites[suite] = tuple(
            _policy_table(metric, settings, suite=suite) for metric, settings in policies.items()
        )
    return suites


def _policy_table(metric: str, settings: dict[str, Any], *, suite: str) -> PolicyTable:
    where = f'[tool.holdfast.suites.{suite}.policies."{metric}"]'
    _refuse_unknown(settings, (*_NUMBERS, *_CHOICES), where=where)
    for key, value in settings.items():
        _check(key, value, where=where)
    return PolicyTable(metric=metric, settings=settings, where=where)


_NUMBERS = ("margin", "floor", "alpha", "power")
_CHOICES = {
    "role": get_args(Role),
    "on_inconclusive": get_args(OnInconclusive),
    "estimand": get_args(Estimand),
    "slices": get_args(Slices),
}


def _check(key: str, value: object, *, where: str) -> None:
    if key in _NUMBERS:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise UsageError(f"{key!r} in {where} must be a number, got {value!r}")
    elif value not in _CHOICES[key]:
        known = ", ".join(repr(choice) for choice in _CHOICES[key])
        raise UsageError(f"{key!r} in {where} must be one of {known}; got {value!r}")
