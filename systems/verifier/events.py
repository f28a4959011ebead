"""Events: patterns of things that happen, told in several ways, and what else is said of them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random

from systems.verifier.lesson import Span
from systems.verifier.sisters import plural
from systems.verifier.values import PRONOUNS, Value, draw

__all__ = ["Event", "Told", "fresh", "read_events", "tell"]

_FILE = Path(__file__).with_name("lessons") / "events.txt"
_PART = re.compile(r"(\{\w+\}s?|\*)")
_SLOT = re.compile(r"^\{(\w+)\}s?$")
_BEFORE_VOWEL = re.compile(r"(?:^|[^\w])[Aa] $")
_VOWEL = re.compile(r"[aeioAEIO]|u(?!ni|se)")
_SAME, _LESS, _AGAINST, _MORE, _ONWARD = "=<!?+"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One kind of event; its sentences have places to fill, such as `{city}`."""

    topic: str
    same: tuple[str, ...] = field(repr=False)
    """Sentences that say the same; one of them is the evidence."""
    less: tuple[str, ...] = field(repr=False)
    """What follows from them."""
    against: tuple[str, ...] = field(repr=False)
    """What they contradict, the wrong words between asterisks."""
    more: tuple[str, ...] = field(repr=False)
    """What they leave open, likewise."""
    onward: tuple[tuple[str, str], ...] = field(repr=False)
    """A next sentence with a pronoun, and the same with the name."""
    symmetric: bool
    """Whether persons may change places in it."""

    def values(self, dice: Random) -> dict[str, Value]:
        """Fresh values for all its places, no two of them alike."""
        lines = (*self.same, *self.less, *self.against, *self.more)
        lines += tuple(line for pair in self.onward for line in pair)
        found: dict[str, Value] = {}
        for slot in re.findall(r"\{(\w+)\}", " ".join(lines)):
            if slot not in found and slot not in PRONOUNS:
                found[slot] = fresh(slot, found.values(), dice)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A sentence whose places were filled."""

    text: str
    places: Mapping[str, Span]
    marked: tuple[Span, ...]
    """What stands between asterisks."""


def fresh(slot: str, taken: Iterable[Value], dice: Random) -> Value:
    """A value for a place that is none of those taken."""
    known = {form for one in taken for form in one.forms}
    while not known.isdisjoint((found := draw(slot, dice)).forms):
        pass
    return found


def tell(pattern: str, values: Mapping[str, Value], dice: Random, *, full: bool = False) -> Told:
    """A sentence of a pattern; its values are written in any way, persons perhaps in full."""
    text, places = "", dict[str, Span]()
    marked, begun = list[Span](), -1
    for part in _PART.split(pattern):
        if part == "*":
            if begun >= 0:
                marked.append((begun, len(text)))
            begun = len(text) if begun < 0 else -1
            continue
        slot = _SLOT.sub(r"\1", part)
        said = part if slot == part else _written(part, slot, values, dice, full=full)
        if _BEFORE_VOWEL.search(text) and _VOWEL.match(said):
            text = f"{text[:-1]}n "
        if slot != part and slot not in PRONOUNS:
            places[slot] = (len(text), len(text) + len(said))
        text += said
    return Told(text=text[0].upper() + text[1:], places=places, marked=tuple(marked))


def _written(part: str, slot: str, values: Mapping[str, Value], dice: Random, *, full: bool) -> str:
    if slot in PRONOUNS:
        return PRONOUNS[slot][values["person"].woman]
    forms = values[slot].forms
    said = forms[0] if full and slot.startswith("person") else dice.choice(forms)
    return plural(said) if part.endswith("}s") else said


@cache
def read_events() -> tuple[Event, ...]:
    """The events that ship.

    A line `# topic`, with a tilde where persons may change places, then lines that begin with `=`
    (the same), `<` (less), `!` (against), `?` (more) or `+` (onward: sentence | with the name).
    """
    found: list[Event] = []
    for block in _FILE.read_text(encoding="utf-8").strip().split("\n\n"):
        topic, *lines = block.splitlines()
        by_sign: dict[str, list[str]] = {}
        for line in lines:
            by_sign.setdefault(line[0], []).append(line[2:])
        pairs = [line.split(" | ") for line in by_sign.get(_ONWARD, ())]
        event = Event(
            topic=topic.strip("# ~"),
            same=tuple(by_sign[_SAME]),
            less=tuple(by_sign.get(_LESS, ())),
            against=tuple(by_sign.get(_AGAINST, ())),
            more=tuple(by_sign.get(_MORE, ())),
            onward=tuple((first, second) for first, second in pairs),
            symmetric=topic.endswith("~"),
        )
        found.append(event)
    return tuple(found)
