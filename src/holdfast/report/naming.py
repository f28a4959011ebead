"""Naming: systems by names as short as they can be told apart."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from holdfast.report.entry import IndexEntry
from holdfast.report.untrusted import one_line

__all__ = ["short_labels", "short_names", "system_of"]

_LONGEST = 120


@dataclass(frozen=True, slots=True)
class _Label:
    """A spec's label, such as `dense(store=flat, depth=20)`, in its parts."""

    name: str
    params: tuple[str, ...]

    def with_only(self, told: frozenset[str]) -> str:
        kept = [one for one in self.params if one in told]
        return f"{self.name}({', '.join(kept)})" if kept else self.name


def system_of(entry: IndexEntry) -> str:
    """The system's name, and what it was judged beside where that is no accepted baseline."""
    _, name, beside = entry.gate
    return one_line(f"{name} beside {beside}" if beside else name, _LONGEST)


def short_labels(labels: Iterable[str]) -> Mapping[str, str]:
    """A name for each label of a system; settings are told only where names alone are alike.

    >>> list(short_labels(["dense(depth=9, k=5)", "dense(depth=20, k=5)", "bm25(b=1)"]).values())
    ['dense(depth=9)', 'dense(depth=20)', 'bm25']
    """
    by_name: dict[str, dict[str, _Label]] = {}
    for label in labels:
        by_name.setdefault(_read(label).name, {})[label] = _read(label)
    names: dict[str, str] = {}
    for alike in by_name.values():
        told = _differing(list(alike.values()))
        short = {label: one.with_only(told) for label, one in alike.items()}
        unclear = [name for name in short.values() if list(short.values()).count(name) > 1]
        names.update({one: one if name in unclear else name for one, name in short.items()})
    return {label: one_line(name, _LONGEST) for label, name in names.items()}


def short_names(entries: Iterable[IndexEntry]) -> Mapping[tuple[str, str, str], str]:
    """A name for each gate, by its key; settings are told only where names alone are alike.

    A system that was judged beside another is known by both labels, which name every setting. Where
    one suite has only one `dense` beside `hybrid`, that says it; of three, each tells what differs.
    """
    by_name: dict[tuple[str, str], dict[tuple[str, str, str], IndexEntry]] = {}
    for entry in entries:
        by_name.setdefault((entry.suite, _plain(entry)), {})[entry.gate] = entry
    names: dict[tuple[str, str, str], str] = {}
    for (_, plain), found in by_name.items():
        if len(found) == 1:
            names.update(dict.fromkeys(found, plain))
        else:
            names.update(_told_apart(list(found.values())))
    return names


def _plain(entry: IndexEntry) -> str:
    if not entry.beside:
        return system_of(entry)
    return one_line(f"{_read(entry.system).name} beside {_read(entry.beside).name}", _LONGEST)


def _told_apart(alike: Sequence[IndexEntry]) -> dict[tuple[str, str, str], str]:
    """Names with the settings that not all of them share; whole labels where these do not do."""
    pairs = [(_read(entry.system), _read(entry.beside)) for entry in alike]
    sides = [_differing(labels) for labels in zip(*pairs, strict=True)]
    names = [
        one_line(
            " beside ".join(one.with_only(told) for one, told in zip(pair, sides, strict=True)),
            _LONGEST,
        )
        for pair in pairs
    ]
    return {
        entry.gate: name if entry.beside and names.count(name) == 1 else system_of(entry)
        for entry, name in zip(alike, names, strict=True)
    }


def _differing(labels: Sequence[_Label]) -> frozenset[str]:
    params = [one for label in labels for one in set(label.params)]
    return frozenset(one for one in params if params.count(one) < len(labels))


def _read(label: str) -> _Label:
    """A label in its parts; one of another form is a name without settings."""
    name, opened, rest = label.partition("(")
    if not (name and opened and rest.endswith(")")):
        return _Label(label, ())
    params, depth = [""], 0
    for sign in rest[:-1]:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0:
            params.append("")
        else:
            params[-1] += sign
    return _Label(name, tuple(one.strip() for one in params if one.strip()))
