"""Fields: the keys of a schema, how texts tell their values, and the values."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from holdfast.digest import Json
from systems.models.training.attributes import Attribute, attributes, number, value_of
from systems.models.training.chance import Chance
from systems.models.training.names import value
from systems.models.training.phrases import phrases
from systems.models.training.prose import clause
from systems.models.training.roles import (
    FLAGS,
    MORE_FLAGS,
    MORE_ROLES,
    MORE_SCALES,
    ROLES,
    SCALES,
    Flag,
    Role,
    Scale,
    answered,
    filled,
    plain_flag,
    rated,
)

__all__ = ["Field", "clashes", "make_fields"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One key of a schema: what it holds and how texts tell it."""

    key: str
    about: str
    type: Json
    """JSON Schema of its values, without null."""
    source: tuple[Any, ...]
    """What its values and clauses are made from: the name of a way, and what it needs."""

    def told(self, chance: Chance) -> tuple[str, Json]:
        """A clause that tells a value, and the value."""
        way, *needed = self.source
        return _WAYS[way](chance, *needed)

    def meant(self, said: str, found: Json) -> set[str]:
        """Words of a clause, in lower case, without which nobody could tell its value."""
        if self.source[0] not in _UNDERSTOOD:
            return set()
        told = {word.lower() for word in _WORD.findall(f"{self.key} {self.about} {said}")}
        value = {word.lower() for word in _WORD.findall(found if isinstance(found, str) else "")}
        return told if self.source[0] == "scale" else told - value


_UNDERSTOOD = frozenset({"role", "flag", "scale"})
"""Ways of telling that name no key."""
_WORD = re.compile(r"[A-Za-z]{3,}")


_COUNTS = (
    "{n} {what}", "we need {n} {what}", "there are {n} {what}", "with {n} {what}", "{n} {what} please",
    "it has {n} {what}", "{what}: {n}", "a total of {n} {what}", "room for {n} {what}", "the number of {what} is {n}",
    "we counted {n} {what}", "{n} {what} are left",
)  # fmt: skip
_SMALL = "zero one two three four five six seven eight nine ten eleven twelve".split()


def _count(chance: Chance, what: str) -> tuple[str, Json]:
    _, n = number(chance)
    shown = _SMALL[n] if n <= 12 and chance.maybe(0.35) else str(n)
    if n >= 1000 and chance.maybe(0.3):
        shown = f"{n:,}"
    pattern = chance.pattern(_COUNTS, phrases("texts", "prose", "counts"))
    return pattern.format(n=shown, what=what), n


_LISTINGS = (
    "{words}: {all}", "the {words} are {all}", "{all} are the {words}", "with {all} as {words}", "we have {all} as {words}",
    "as {words} please take {all}", "the list of {words}: {all}", "{words} include {all}",
)  # fmt: skip


def _listing(chance: Chance, words: str, kind: str) -> tuple[str, Json]:
    found = list(dict.fromkeys(value(chance, kind) for _ in range(chance.between(1, 4))))
    joined = found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}"
    pattern = chance.pattern(_LISTINGS, phrases("texts", "prose", "listings"))
    return pattern.format(words=words, all=joined), list(found)


def _attribute(chance: Chance, what: Attribute) -> tuple[str, Json]:
    found = value_of(chance, what)
    return clause(chance, what.words, found), found


def _decimal(chance: Chance, words: str) -> tuple[str, Json]:
    found = round(chance.random.uniform(0, 100), chance.between(1, 2))
    return clause(chance, words, str(found)), found


def _choice(chance: Chance, what: Attribute, options: Sequence[str]) -> tuple[str, Json]:
    found = chance.one(options)
    return clause(chance, what.words, found), found


def _bare_number(chance: Chance, words: str, unit: str) -> tuple[str, Json]:
    amount = chance.one((chance.between(2, 90), chance.between(100, 2000)))
    shown = chance.one((f"{amount} {unit}", f"{amount}{unit}", f"{amount} {unit}"))
    return clause(chance, words, shown), amount


_WAYS: dict[str, Callable[..., tuple[str, Json]]] = {
    "attribute": _attribute,
    "role": filled,
    "flag": answered,
    "scale": rated,
    "count": _count,
    "decimal": _decimal,
    "choice": _choice,
    "bare number": _bare_number,
    "list": _listing,
}


def make_fields(chance: Chance, count: int, *, unnamed: bool = False) -> list[Field]:
    """Different fields, from every source; `unnamed` ones hold what has to be understood, not copied."""
    found: dict[str, Field] = {}
    generic = attributes(chance, count)
    used: set[object] = set()
    while len(found) < count:
        made = _field(chance, generic, unnamed=unnamed)
        marks = _marks(chance, made)
        if not used.intersection(marks) and made.key not in found:
            used.update(marks)
            found[made.key] = made
    return list(found.values())


def _marks(chance: Chance, field: Field) -> tuple[object, ...]:
    """What no other field of the record may have, or nothing would tell the two apart."""
    what = field.source[1]
    if isinstance(what, Role):
        # Two of one kind, such as buyer and seller, are told apart by learned clauses alone.
        alone = chance.held_out or chance.maybe(0.7)
        return (what.keys, what.kind) if alone else (what.keys,)
    if isinstance(what, Flag | Scale):
        return (what.keys,)
    return (what.words if isinstance(what, Attribute) else what,)


def _field(chance: Chance, generic: Sequence[Attribute], *, unnamed: bool) -> Field:
    form = chance.random.random()
    if unnamed:
        form = 0.7 + 0.25 * form
    if chance.size < 0.5 and chance.maybe(0.7):
        form = 0.0  # attributes name themselves in the text, so they come first
    text = {"type": "string"}
    if form < 0.42:
        what = chance.one(generic)
        return Field(key=what.key, about=f"the {what.words}", type=text, source=("attribute", what))
    if form < 0.70:
        role = chance.pattern(ROLES, MORE_ROLES)
        key = chance.one(role.keys.split())
        kind = {"type": "integer"} if role.kind == "integer" else text
        return Field(key=key, about=role.about, type=kind, source=("role", role))
    if form < 0.80:
        flag = chance.pattern(FLAGS, MORE_FLAGS) if chance.maybe(0.5) else plain_flag(chance)[0]
        key = chance.one(flag.keys.split())
        about = chance.one(("whether it is {}", "true if {}", "{}, yes or no")).format(
            key.replace("_", " ")
        )
        return Field(key=key, about=about, type={"type": "boolean"}, source=("flag", flag))
    if form < 0.87:
        scale = chance.pattern(SCALES, MORE_SCALES)
        key = chance.one(scale.keys.split())
        options = list(scale.words)
        return Field(
            key=key,
            about=f"one of {', '.join(options)}",
            type={"enum": options},
            source=("scale", scale),
        )
    return _numeric(chance)


def _numeric(chance: Chance) -> Field:
    form = chance.random.random()
    if form < 0.16:
        what, options = _options(chance)
        return Field(
            key=what.key,
            about=f"the {what.words}: {', '.join(options[:-1])} or {options[-1]}",
            type={"enum": options},
            source=("choice", what, tuple(options)),
        )
    if form < 0.28:
        what, unit = (
            attributes(chance, 1)[0],
            chance.one(
                (
                    "kg",
                    "cm",
                    "km",
                    "minutes",
                    "EUR",
                    "litres",
                    "%",
                    "hours",
                    "years",
                    "metres",
                    "degrees",
                )
            ),
        )
        key = chance.one((f"{what.key}_{unit}", what.key)).replace("%", "percent")
        return Field(
            key=key,
            about=f"the {what.words} in {unit}, a number",
            type={"type": "integer"},
            source=("bare number", what.words, unit),
        )
    if form < 0.6:
        what, _ = number(chance)
        key = chance.one(
            (what.words, f"{what.words}_count", f"n_{what.words}", f"number_of_{what.words}")
        )
        return Field(
            key=key,
            about=f"how many {what.words}",
            type={"type": "integer"},
            source=("count", what.words),
        )
    if form < 0.65:
        what = attributes(chance, 1)[0]
        return Field(
            key=what.key,
            about=f"the {what.words}, a number",
            type={"type": "number"},
            source=("decimal", what.words),
        )
    what = attributes(chance, 1)[0]
    plural = what.words if what.words.endswith("s") else f"{what.words}s"
    return Field(
        key=plural.replace(" ", "_"), about=f"list of the {plural}", type={"type": "array", "items": {"type": "string"}}, source=("list", plural, what.kind),
    )  # fmt: skip


def _options(chance: Chance) -> tuple[Attribute, list[str]]:
    """An attribute and the few values that it may have."""
    what = attributes(chance, 1)[0]
    kind = chance.one((what.kind, "colour", "material", "item", "weekday", "topic", "problem"))
    options = dict.fromkeys(value(chance, kind) for _ in range(chance.between(2, 5)))
    while len(options) < 2:
        options[value(chance, kind)] = None
    return what, list(options)


def clashes(other: Field, fields: Sequence[Field]) -> bool:
    """Whether a text with both would leave open which of them is asked for."""
    ours = [field.source for field in fields]
    kinds = {source[1].kind for source in ours if source[0] == "role"}
    heads = {source[1].words.split()[-1] for source in ours if source[0] == "attribute"}
    match other.source:
        case ("role", role):
            return role.kind in kinds or other.source in ours
        case ("attribute", what):
            return what.words.split()[-1] in heads
    return True
