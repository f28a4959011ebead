"""Recall: pairs of words and values, to be found again: looking up in its plainest form."""

import json

from systems.models.training.attributes import attributes, opaque_key, value_of
from systems.models.training.chance import Chance
from systems.models.training.lesson import Lesson, assistant, system, user
from systems.models.training.names import company, person, place, product, value

__all__ = ["recall"]

_MARKS = (
    "{k}: {v}",
    "{k} is {v}",
    "{k} = {v}",
    "{k} - {v}",
    "the {k} is {v}",
    "{v} ({k})",
    "{v} is the {k}",
)
_LINKS = ("\n", ", ", ". ", "; ")
_ASKS = (
    "{k}",
    "{k}?",
    "What is {k}?",
    "And {k}?",
    "Which one is {k}?",
    "Tell me {k}.",
    "the {k}",
    "{k} please",
)
_BY_LINE = (
    ("Give the number of the line.", "{k}", "[{n}]"),
    ("In which line does it stand?", "{v}", "[{n}]"),
    ("Answer and give the number of the line.", "{k}?", "{v} [{n}]"),
)
"""What is told, what is asked, and what is answered."""


def _pairs(chance: Chance, count: int) -> dict[str, str]:
    """Different words with their values: attributes, names or signs of no meaning."""
    form = chance.between(0, 2)
    if form == 0:
        return {what.words: value_of(chance, what) for what in attributes(chance, count)}
    found: dict[str, str] = {}
    kind = chance.one(
        ("person", "place", "company", "product", "code", "item", "colour", "date", "money")
    )
    while len(found) < count:
        make = opaque_key if form == 1 else chance.one((person, place, company, product))
        found[make(chance)] = value(chance, kind)
    return found


def recall(chance: Chance) -> Lesson:
    """Pairs, and then some of them as JSON, one after the other, by line, or all of them again."""
    pairs = _pairs(chance, chance.upto(2, 8))
    link, mark = chance.one(_LINKS), chance.one(_MARKS[:2] if chance.size < 0.2 else _MARKS)
    text = link.join(mark.format(k=key, v=shown) for key, shown in pairs.items())
    asked = chance.some(list(pairs), chance.between(1, len(pairs)))
    form = chance.random.random()
    if chance.size > 0.2 and chance.maybe(0.6):
        return _numbered(chance, pairs)
    if form < 0.2:
        return Lesson(messages=(system("Repeat."), user(text), assistant(text)))
    if form < 0.65:
        record = {key.replace(" ", "_"): pairs[key] for key in asked}
        told = f"Extract the data as JSON with the keys {', '.join(record)}."
        return Lesson(
            messages=(system(told), user(text), assistant(json.dumps(record, ensure_ascii=False)))
        )
    ask = chance.one(_ASKS)
    turns = [system(f"Answer from the text.\n{text}")]
    for key in asked:
        turns += [user(ask.format(k=key)), assistant(pairs[key])]
    return Lesson(messages=tuple(turns))


def _numbered(chance: Chance, pairs: dict[str, str]) -> Lesson:
    """Pairs in numbered lines: in which line does a word or a value stand?"""
    mark, rest = chance.one(_MARKS), list(pairs.items())
    lines: list[str] = []
    places: dict[str, int] = {}
    while rest:
        count = chance.between(1, 3)
        held, rest = rest[:count], rest[count:]
        said = ". ".join(mark.format(k=key, v=shown) for key, shown in held)
        lines.append(f"[{len(lines) + 1}] {said}")
        places |= {key: len(lines) for key, _ in held}
    # Where two lines hold the same value, it tells neither of them.
    clear = len(set(pairs.values())) == len(pairs)
    told, asked, answer = chance.one([one for one in _BY_LINE if clear or one[1] != "{v}"])
    text = "\n".join(lines)
    turns = [system(f"{told}\n{text}")]
    for key in chance.some(list(pairs), len(pairs)):
        fill = {"k": key, "v": pairs[key], "n": places[key]}
        turns += [user(asked.format(**fill)), assistant(answer.format(**fill))]
    return Lesson(messages=tuple(turns))
