"""Recall: pairs of words and values, to be found again: looking up in its plainest form."""

import json
from collections.abc import Callable, Sequence
from itertools import product as crossed

from systems.models.training.attributes import attribute, attributes, opaque_key, value_of
from systems.models.training.chance import Chance
from systems.models.training.lesson import Lesson, assistant, system, user
from systems.models.training.names import company, person, place, product, value
from systems.models.training.prose import clause, sentence

__all__ = ["recall"]

_MARKS = (
    "{k}: {v}",
    "{k} is {v}",
    "{k} = {v}",
    "the {k} is {v}",
)
_BACK = (
    "{v} ({k})",
    "{v} is the {k}",
    "{v} as {k}",
    "{v} for the {k}",
    "{v} is {k}",
    "take {v} for {k}",
)
"""The value in front of its word is much harder to find: where did it begin?"""
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
_TOLD = (
    "Look up.",
    "Pairs:",
    "List:",
    "",
    "Notes:",
    "What goes with it?",
    "Values:",
    "Look it up here:",
)
"""Nothing like a prompt of passages, whose answers have numbers."""
_BY_LINE = (
    ("Give the number of the line.", "{k}", "[{n}]"),
    ("In which line does it stand?", "{v}", "[{n}]"),
    ("Answer and give the number of the line.", "{k}?", "{v} [{n}]"),
)
"""What is told, what is asked, and what is answered."""
_KINDS = (
    "person", "place", "company", "product", "code", "item", "colour", "date", "money", "duration", "phone", "material",
)  # fmt: skip


def _word(chance: Chance) -> str:
    return chance.word().lower() if chance.words else opaque_key(chance)


def _value(chance: Chance) -> str:
    """Any value, or words that no text holds."""
    if chance.maybe(0.25):
        return " ".join(_word(chance) for _ in range(chance.between(1, 3)))
    return value(chance, chance.one(_KINDS))


def _told_apart(chance: Chance, count: int) -> list[str]:
    """Words that share their parts, so that each is known by all of its parts alone."""
    form = chance.between(0, 3)
    few = range(chance.between(2, 3))
    firsts = [_word(chance) for _ in few]
    lasts = [_word(chance) for _ in few]
    if form == 0:
        lasts = [attribute(chance, plain=True).words for _ in few]
    if form == 1:
        firsts = [attribute(chance, plain=True).words for _ in few]
        lasts = [chance.one((person, place, company, product))(chance) for _ in few]
    link = " of " if form == 1 else " "
    found = [link.join(pair) for pair in crossed(firsts, lasts)]
    found += [*firsts, *lasts] if form != 1 else []
    if form == 2:
        found += [" ".join(pair) for pair in crossed(lasts, firsts)]
    return chance.some(list(dict.fromkeys(found)), count)


def _pairs(chance: Chance, count: int) -> dict[str, str]:
    """Different words with their values: attributes, names, signs of no meaning, or parts of words."""
    form = chance.between(0, 5)
    if form == 0:
        return {what.words: value_of(chance, what) for what in attributes(chance, count)}
    same = chance.maybe(0.4)
    kind = chance.one(_KINDS)
    make: Callable[[], str] = (lambda: value(chance, kind)) if same else (lambda: _value(chance))
    if form > 2:
        return {key: make() for key in _told_apart(chance, count)}
    found: dict[str, str] = {}
    while len(found) < count:
        key = opaque_key if form == 1 else chance.one((person, place, company, product))
        found[key(chance)] = make()
    return found


def recall(chance: Chance) -> Lesson:
    """Pairs, and then some of them as JSON, one after the other, by line, or all of them again."""
    pairs = _pairs(chance, chance.upto(2, 8))
    if chance.size > 0.2 and chance.maybe(0.25):
        return _numbered(chance, pairs)
    text = _text(chance, pairs)
    form = chance.random.random()
    if form < 0.04:
        return Lesson(messages=(system("Repeat."), user(text), assistant(text)))
    if form < 0.5:
        return _records(chance, text, pairs)
    ask = chance.one(_ASKS)
    told = chance.worn(chance.one(_TOLD))
    turns = [system(f"{told}\n{text}".strip())]
    for key in chance.some(list(pairs), len(pairs)):
        turns += [user(ask.format(k=key)), assistant(pairs[key])]
    return Lesson(messages=tuple(turns))


def _text(chance: Chance, pairs: dict[str, str]) -> str:
    if chance.size > 0.2 and chance.maybe(0.3):
        return " ".join(sentence(clause(chance, key, shown)) for key, shown in pairs.items())
    link, mark = chance.one(_LINKS), _mark(chance)
    return link.join(mark.format(k=key, v=shown) for key, shown in pairs.items())


def _mark(chance: Chance) -> str:
    if chance.size < 0.2:
        return chance.one(_MARKS[:2])
    return chance.one(_BACK if chance.maybe(0.55) else _MARKS)


def _records(chance: Chance, text: str, pairs: dict[str, str]) -> Lesson:
    """Records of the same text with different keys; a key that the text does not tell gives null."""
    turns = [system("Extract the data as JSON. Missing values are null.")]
    absent = [key for key in _near(chance, list(pairs)) if key not in text]
    for at in range(chance.between(1, 3)):
        keys = chance.some(list(pairs), chance.between(1, len(pairs)))
        if absent and chance.maybe(0.5):
            keys.insert(chance.between(0, len(keys)), chance.one(absent))
        record = {key.replace(" ", "_"): pairs.get(key) for key in keys}
        told = f"Keys: {', '.join(record)}"
        turns += [
            user(f"{text}\n\n{told}" if not at else told),
            assistant(json.dumps(record, ensure_ascii=False)),
        ]
    return Lesson(messages=tuple(turns))


def _near(chance: Chance, keys: Sequence[str]) -> list[str]:
    """Words that look like the keys: made of their parts, or one more of the same sort."""
    parts = [key.split() for key in keys]
    made = [" ".join([one[0], *other[1:]]) for one, other in crossed(parts, parts)]
    near = [key for key in dict.fromkeys(made) if key not in keys]
    return [*chance.some(near, 3), *(what.words for what in attributes(chance, 1))]


def _numbered(chance: Chance, pairs: dict[str, str]) -> Lesson:
    """Pairs in numbered lines: in which line does a word or a value stand?"""
    mark, rest = _mark(chance), list(pairs.items())
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
