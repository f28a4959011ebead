"""Sisters: words for things of one class, which exclude each other, with their synonyms."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random

__all__ = ["Sisters", "Thing", "plural", "read_sisters"]

_FILE = Path(__file__).with_name("lessons") / "sisters.txt"

Thing = tuple[str, ...]
"""Words for one thing, synonyms of each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sisters:
    """Classes of things by name."""

    classes: Mapping[str, Sequence[Thing]] = field(repr=False)
    _places: Mapping[str, Sequence[tuple[str, int, bool]]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        places: dict[str, list[tuple[str, int, bool]]] = {}
        for name, things in self.classes.items():
            for number, thing in enumerate(things):
                for word in thing:
                    places.setdefault(word, []).append((name, number, False))
                    places.setdefault(plural(word), []).append((name, number, True))
        object.__setattr__(self, "_places", places)

    def synonym(self, word: str, dice: Random) -> str | None:
        """Another word for the same thing; None where there is none, or where it is ambiguous."""
        found = self._places.get(word, ())
        if len(found) != 1:
            return None
        ((name, number, many),) = found
        others = [one for one in self.classes[name][number] if _form(one, many=many) != word]
        return _form(dice.choice(others), many=many) if others else None

    def sister(self, word: str, dice: Random) -> str | None:
        """A word for another thing of the same class; None for a word of no class."""
        found = self._places.get(word)
        if not found:
            return None
        name, _, many = dice.choice(found)
        same = {number for other, number, _ in found if other == name}
        others = [one for at, one in enumerate(self.classes[name]) if at not in same]
        return _form(dice.choice(dice.choice(others)), many=many)

    def known(self, text: str) -> Iterator[str]:
        """Words of a text that belong to a class."""
        for word in dict.fromkeys(re.findall(r"[A-Za-z]+", text)):
            if word in self._places:
                yield word


def plural(word: str) -> str:
    """The regular plural.

    >>> [plural(word) for word in ("dog", "cherry", "peach", "play")]
    ['dogs', 'cherries', 'peaches', 'plays']
    """
    if re.search(r"[^aeiou]y$", word):
        return f"{word[:-1]}ies"
    return f"{word}es" if re.search(r"(?:s|x|ch|sh)$", word) else f"{word}s"


def _form(word: str, *, many: bool) -> str:
    return plural(word) if many else word


@cache
def read_sisters() -> Sisters:
    """The classes that ship: a line for each, `name: thing, thing/synonym, …`."""
    classes: dict[str, tuple[Thing, ...]] = {}
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        name, members = line.split(": ", 1)
        classes[name] = tuple(tuple(one.split("/")) for one in members.split(", "))
    return Sisters(classes=classes)
