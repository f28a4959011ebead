"""promptfoo file: what promptfoo wrote of an evaluation, and which of it is wanted."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, cast

from holdfast.config import did_you_mean
from holdfast.errors import DatasetError, UsageError

__all__ = ["Choice", "PromptfooFile", "Row", "list_of", "mapping_of", "read_promptfoo"]

_VERSIONS = (2, 3)
_HINT = "write it with `promptfoo eval -o results.json`, or `promptfoo export eval ID -o FILE.json`"

Row: TypeAlias = Mapping[str, Any]
"""One result: one test put to one prompt and one provider."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which provider and which prompt of an evaluation is meant; None where there is but one."""

    provider: str | None = None
    """Its label, or its id."""
    prompt: str | None = None
    """Its label, the beginning of it up to a colon, or its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptfooFile:
    """The results of one provider and one prompt."""

    path: Path
    rows: tuple[Row, ...]
    """In the order of the tests, repeated trials of one test apart from each other."""
    provider: str
    prompt: str
    template: str = ""
    """The prompt before its variables were filled in; empty where the file does not tell."""
    repeats: int | None = None
    """Trials of each test that were asked for; None where the file does not tell."""
    timestamp: str = ""
    version: str = ""
    """Version of promptfoo; empty where the file does not tell."""


def read_promptfoo(path: Path, choice: Choice) -> PromptfooFile:
    """Reads the JSON that promptfoo writes with `-o` or exports; both have one form.

    Raises:
        DatasetError: it is no such file, or of a form that is not known here.
        UsageError: the provider or the prompt is not named and there are several, or is unknown.
    """
    whole = _object(path)
    summary = _summary(whole, path)
    rows = [mapping_of(row) for row in list_of(summary.get("results"))]
    if not rows:
        raise DatasetError(f"{path} holds no results; there is nothing to import")
    provider = _chosen("provider", choice.provider, [_provider_names(row) for row in rows])
    rows = [row for row in rows if _provider_names(row)[0] == provider]
    prompt = _chosen("prompt", choice.prompt, [_prompt_names(row) for row in rows])
    rows = [row for row in rows if _prompt_names(row)[0] == prompt]
    if all(isinstance(row.get("testIdx"), int) for row in rows):
        rows.sort(key=lambda row: row["testIdx"])
    told = mapping_of(whole.get("metadata"))
    return PromptfooFile(
        path=path,
        rows=tuple(rows),
        provider=provider,
        prompt=prompt,
        template=_template(summary, prompt),
        repeats=_repeats(whole),
        timestamp=str(summary.get("timestamp") or ""),
        version=str(told.get("promptfooVersion") or ""),
    )


def _object(path: Path) -> Mapping[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DatasetError(f"cannot read {path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise DatasetError(f"{path} is no JSON file of promptfoo ({error}); {_HINT}") from error
    if not isinstance(value, Mapping):
        raise DatasetError(f"{path} holds no evaluation of promptfoo; {_HINT}")
    return cast("Mapping[str, Any]", value)


def _summary(whole: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
    """The part that holds the results; very old files hold nothing else."""
    inner: object = whole.get("results")
    old = isinstance(inner, list) and "version" in whole
    summary = whole if old else mapping_of(whole.get("results"))
    if not summary:
        raise DatasetError(f"{path} holds no evaluation of promptfoo; {_HINT}")
    version = summary.get("version")
    if version not in _VERSIONS:
        raise DatasetError(
            f"{path} is of version {version!r} of promptfoo's results; known here are "
            f"{' and '.join(map(str, _VERSIONS))}, so install a newer holdfast, or an older "
            "promptfoo"
        )
    return summary


def mapping_of(value: object) -> Mapping[str, Any]:
    """The value where it is an object of JSON, else an empty one."""
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}


def list_of(value: object) -> list[Any]:
    """The value where it is a list of JSON, else an empty one."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def _provider_names(row: Row) -> tuple[str, ...]:
    """Name of a row's provider, and what else it may be called by."""
    provider = row.get("provider")
    if isinstance(provider, str):
        return (provider,)
    told = mapping_of(provider)
    names = [str(told[key]) for key in ("label", "id") if told.get(key)]
    return tuple(names) or ("",)


def _prompt_names(row: Row) -> tuple[str, ...]:
    told = mapping_of(row.get("prompt"))
    label = str(told.get("label") or told.get("display") or row.get("promptId") or "")
    names = [label, *(str(told[key]) for key in ("id",) if told.get(key))]
    if row.get("promptId"):
        names.append(str(row["promptId"]))
    # promptfoo puts file and text of a prompt behind the label that a configuration gave it.
    if ": " in label:
        names.append(label.partition(": ")[0])
    return (*names, label.strip())


def _chosen(kind: str, wanted: str | None, named: Sequence[tuple[str, ...]]) -> str:
    """The one name that is meant.

    Raises:
        UsageError: there are several, or none of that name.
    """
    known = list(dict.fromkeys(names[0] for names in named))
    if wanted is None:
        if len(known) == 1:
            return known[0]
        shown = ", ".join(repr(name[:60]) for name in known)
        raise UsageError(f"there are {len(known)} {kind}s; choose one with --{kind}: {shown}")
    found = list(dict.fromkeys(names[0] for names in named if wanted in names))
    if wanted in found:
        return wanted
    if len(found) == 1:
        return found[0]
    if found:
        shown = ", ".join(repr(name[:60]) for name in found)
        raise UsageError(f"{len(found)} {kind}s are named {wanted!r}; choose one of {shown}")
    raise UsageError(f"there is no {kind} {wanted!r}{did_you_mean(wanted, known)}")


def _template(summary: Mapping[str, Any], prompt: str) -> str:
    """Text of the prompt with its variables; results of version 2 keep it in their table."""
    listed = summary.get("prompts") or mapping_of(mapping_of(summary.get("table")).get("head")).get(
        "prompts"
    )
    for one in list_of(listed):
        told = mapping_of(one)
        if prompt in (told.get("label"), told.get("display"), told.get("id")):
            return str(told.get("raw") or "")
    return ""


def _repeats(whole: Mapping[str, Any]) -> int | None:
    config = mapping_of(whole.get("config"))
    for options in (
        whole.get("runtimeOptions"),
        config.get("evaluateOptions"),
        config.get("commandLineOptions"),
    ):
        repeat = mapping_of(options).get("repeat")
        if isinstance(repeat, int) and not isinstance(repeat, bool) and repeat > 0:
            return repeat
    return None
