"""Asking: a question that one tool can answer, the call that it needs, and what comes of it."""

import json
import string
from collections.abc import Mapping
from dataclasses import dataclass

from holdfast.digest import Json
from holdfast.system import ToolCall
from systems.models.training.attributes import attributes
from systems.models.training.chance import Chance
from systems.models.training.gadgets import GADGETS
from systems.models.training.names import value
from systems.models.training.prose import sentence
from systems.models.training.toolbox import TOOLS, Kit, generic

__all__ = ["SPECIAL", "Asked", "answer", "ask", "asking", "gives", "some_kits"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question for one tool, with the call that it needs."""

    kit: Kit
    words: str
    call: ToolCall


def asking(chance: Chance, kit: Kit) -> str:
    """One of the tool's wordings, with places for its arguments."""
    return chance.pattern(kit.asks, kit.more)


def ask(chance: Chance, kit: Kit) -> Asked:
    """A question for the tool; optional arguments are there in half of them."""
    said: dict[str, str] = {}
    given: dict[str, Json] = {}
    added = ""
    for one in kit.arguments:
        if one.optional and chance.maybe(0.5):
            continue
        words, found = (
            one.made(chance) if one.kind not in SPECIAL else (_special(chance, one.kind),) * 2
        )
        given[one.name] = found
        if one.optional:
            on = (
                "on "
                if one.name == "day"
                and words.endswith("day")
                and words != "today"
                and chance.maybe(0.6)
                else ""
            )
            added += (
                one.optional.rstrip().format(on + words) if "{}" in one.optional else f" {words}"
            )
        else:
            said[one.name] = words
    asked = asking(chance, kit).format(**said) + added
    return Asked(kit=kit, words=asked, call=ToolCall(name=kit.name, arguments=given))


SPECIAL = frozenset({"search", "sum", "phrase"})


def _special(chance: Chance, kind: str) -> str:
    if kind == "search":
        return chance.one(
            (
                attributes(chance, 1)[0].words,
                value(chance, "topic"),
                f"{value(chance, 'product')} {attributes(chance, 1)[0].words}",
                value(chance, "topic") + " " + attributes(chance, 1)[0].words,
            )
        )
    if kind == "sum":
        return f"{chance.between(2, 999)} {chance.one('+-*/')} {chance.between(2, 99)}"
    return chance.one(
        (
            f"{value(chance, 'colour')} {value(chance, 'item')}",
            value(chance, "topic"),
            value(chance, "material"),
        )
    )


_RESULTS = {
    "sky": ("sunny", "cloudy", "rain", "light rain", "snow", "fog", "clear", "windy", "thunderstorm", "overcast", "showers"),
    "sent": ("ok", "done", "sent"),
    "shipping": ("shipped", "delivered", "in transit", "delayed", "packed"),
    "currency": ("EUR", "USD", "GBP", "CHF"),
}  # fmt: skip


def _found(chance: Chance, kind: str) -> Json:
    if kind in _RESULTS:
        return chance.one(_RESULTS[kind])
    if "|" in kind:
        return chance.one(kind.split("|"))
    match kind:
        case "degrees":
            return chance.one((chance.between(-18, 38), round(chance.random.uniform(-15, 38), 1)))
        case "rain" | "number_small":
            return chance.between(0, 24)
        case "decimal" | "number":
            return round(chance.random.uniform(1, 900), 2)
        case "change":
            return round(chance.random.uniform(-6, 6), 2)
        case "integer":
            return chance.between(1, 900)
    return value(chance, kind)


def _listed(chance: Chance) -> Kit:
    return chance.pattern(TOOLS, GADGETS)


def some_kits(chance: Chance, count: int) -> list[Kit]:
    """Different tools; the assistant's own come more often than others."""
    found: dict[str, Kit] = {}
    while len(found) < count:
        kit = (
            chance.one(TOOLS[:3])
            if chance.maybe(0.16)
            else _listed(chance)
            if chance.maybe(0.45)
            else generic(chance)
        )
        found.setdefault(kit.name, kit)
    return list(found.values())


def _shown(found: Mapping[str, Json]) -> dict[str, str]:
    return {
        key: value if isinstance(value, str) else json.dumps(value) for key, value in found.items()
    }


def answer(asked: Asked, found: Mapping[str, Json]) -> str:
    """What the result says, in the words of the tool's first answer that can, or field by field."""
    words = {**_shown(asked.call.arguments), **_shown(found)}
    for pattern in asked.kit.answers:
        needed = {name for _, name, _, _ in string.Formatter().parse(pattern) if name}
        if needed <= words.keys():
            return sentence(pattern.format(**words))
    if set(found) - set(asked.call.arguments) == {"status"}:
        return "Done."
    listed = ", ".join(f"{key.replace('_', ' ')} {shown}" for key, shown in _shown(found).items())
    return sentence(listed)


def gives(chance: Chance, asked: Asked) -> dict[str, Json]:
    """What the tool gives back, now and then with what it was asked."""
    gives = asked.kit.gives or {"status": "sent"}
    found = {name: _found(chance, kind) for name, kind in gives.items()}
    extra = {name: shown for name, shown in asked.call.arguments.items() if chance.maybe(0.25)}
    return {**extra, **found}
