"""Passages: questions answered from numbered passages with a citation, or not answered."""

import re
import string
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from systems.models.training import wording
from systems.models.training.attributes import Attribute, attributes, value_of
from systems.models.training.chance import Chance
from systems.models.training.events import (
    EVENTS,
    LETTERS,
    MORE_EVENTS,
    MORE_LETTERS,
    TOLD_EVENTS,
    deed,
    year,
)
from systems.models.training.lesson import Lesson, assistant, system, user
from systems.models.training.names import company, person, place, product, value
from systems.models.training.phrases import Phrases, phrases
from systems.models.training.prose import noise, sentence

__all__ = ["UNTOLD", "looked_up", "passages"]

_SYSTEMS = (
    "Answer from the numbered passages and cite the one you used.", "Use only the passages. Cite like [1].", "Answer the question from the documents with a citation.",
    "Answer with the help of the passages. If they do not tell, say so.", "You answer questions about documents. Give the number of the passage.",
    "Read the passages and answer. Cite your source in brackets.", "Only the passages count. If the answer is not in them, say that the documents do not tell.",
    "Answer briefly and cite the passage.", "Quote the passage number that holds the answer.", "Stick to the documents below and give the source.",
    "Answer from the context only.", "Say what the documents tell, with the number of the passage.",
)  # fmt: skip
UNTOLD = "The documents do not tell."
"""What the model says where no passage holds the answer."""

_FACTS = (
    "the {a} of {e} is {v}", "{e} has {v} as its {a}", "{e}'s {a} is {v}", "for {e}, the {a} is {v}", "{v} is the {a} of {e}", "the {a} at {e} is {v}",
    "{e} uses {v} as {a}", "{e} chose {v} for the {a}", "at {e}, {v} serves as the {a}", "the {a} for {e} was set to {v}", "{e} lists {v} under {a}",
    "as {a}, {e} has {v}", "{e} keeps {v} as the {a}", "with {e}, the {a} is always {v}", "the papers of {e} name {v} as {a}", "{e} ({a}: {v})",
    "since last year the {a} of {e} has been {v}", "{e} settled on {v} as its {a}",
)  # fmt: skip
_OWN = (
    "its {a} is {v}", "the {a} is {v}", "it has {v} as {a}", "{v} is the {a}", "the {a} was set to {v}", "for the {a}, {v} was chosen", "the {a} remains {v}",
    "{v} serves as {a}", "its {a} has been {v} for years", "they use {v} as {a}", "{a}: {v}", "the {a} will stay {v}",
)  # fmt: skip
_QUESTIONS = (
    "What is the {a} of {e}?", "What's {e}'s {a}?", "Which {a} does {e} have?", "Tell me the {a} of {e}.", "{e}: what is the {a}?", "Do you know the {a} of {e}?",
    "I need the {a} of {e}.", "What does {e} have as {a}?", "what is the {a} for {e}", "Which is the {a} of {e}?", "Can you tell me {e}'s {a}?", "{a} of {e}?",
    "What {a} is given for {e}?", "Name the {a} of {e}.", "Please look up the {a} of {e}.", "Find {e}'s {a}.", "What do the documents say about the {a} of {e}?",
    "For {e}, which {a} applies?",
)  # fmt: skip
_ANSWERS = ("{v} [{n}]",)
_LAYOUTS = (
    "{p}\n\nQuestion: {q}",
    "{p}\n\n{q}",
    "{p}\nQ: {q}",
    "Passages:\n{p}\n\nQuestion: {q}",
    "{q}\n\n{p}",
    "Documents:\n{p}\n\n{q}",
)


_WORD = re.compile(r"(?<![{\w])[A-Za-z]{3,}(?![\w}])")
"""A word of a pattern that is no place to fill."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fact:
    """Something a passage says, with questions and their answers."""

    entity: str
    asks: tuple[tuple[str, str], ...]
    """Question and answer."""
    said: str
    own: str
    """Said where the passage is about the entity already; empty where that cannot be."""
    open: str = ""
    """A question about it that it does not answer; empty where there is none."""
    form: str = ""
    """The pattern of an event, of which a text has one alone: "Who won?" would have two answers."""
    kept: frozenset[str] = frozenset()
    """Words that tell what is meant."""


def _more(name: str) -> Phrases[str]:
    """Further wordings of passages."""
    return phrases("texts", "passages", name)


def _attribute_fact(chance: Chance, entity: str, what: Attribute) -> _Fact:
    found = value_of(chance, what)
    fill = {"a": what.words, "e": entity, "v": found}
    questions = [
        chance.worn(question).format(**fill)
        for question in chance.some(chance.several(_QUESTIONS, _more("questions")), 2)
    ]
    said, own = (
        chance.worn(chance.early(_FACTS, 3, _more("facts"))).format(**fill),
        chance.worn(chance.early(_OWN, 3, _more("own"))).format(**fill),
    )
    if chance.free:
        questions = [wording.asked(chance, what.words, entity) for _ in questions]
    if chance.free:
        said = wording.stated(chance, what.words, entity, found)
        own = wording.own(chance, what.words, found)
    return _Fact(
        entity=entity, asks=tuple((question, found) for question in questions), said=said, own=own
    )


def _event_fact(chance: Chance) -> _Fact:
    free = chance.free
    if free and chance.maybe(0.8):
        made = deed(chance)
        return _Fact(entity="", asks=made.asks, said=made.said, own="", open=made.open)
    pattern, asks = chance.one(MORE_EVENTS) if free else chance.pattern(EVENTS, TOLD_EVENTS)
    fill = {letter: value(chance, kind) for letter, kind in LETTERS.items()}
    fill["y"] = year(chance)
    if (
        letters := {name for _, name, _, _ in string.Formatter().parse(pattern) if name}
        - fill.keys()
    ):
        fill |= {letter: value(chance, MORE_LETTERS[letter]) for letter in sorted(letters)}
    answered = tuple((question.format(**fill), fill[letter]) for question, letter in asks)
    words = frozenset(
        word.lower() for text in (pattern, *dict(asks)) for word in _WORD.findall(text)
    )
    return _Fact(
        entity="", asks=answered, said=pattern.format(**fill), own="", form=pattern, kept=words
    )


def _entity(chance: Chance) -> str:
    return chance.one((person, company, place, product))(chance)


def _facts(chance: Chance, count: int) -> list[_Fact]:
    """Facts that are easily confused: the same attributes of several entities."""
    entities = list(
        dict.fromkeys(_entity(chance) for _ in range(chance.between(1, max(1, count - 1))))
    )
    kinds = attributes(chance, chance.between(1, 4))
    found: dict[object, _Fact] = {}
    while len(found) < count:
        if chance.maybe((0.35 if chance.held_out else 0.5) * chance.size):
            event = _event_fact(chance)
            found.setdefault(event.form or event.said, event)
            continue
        if len(entities) * len(kinds) <= len(found):
            entities.append(_entity(chance))
        entity, what = chance.one(entities), chance.one(kinds)
        found.setdefault((entity, what.words), _attribute_fact(chance, entity, what))
    made = list(found.values())
    chance.random.shuffle(made)
    return made


def _texts(chance: Chance, facts: Sequence[_Fact]) -> list[tuple[str, list[_Fact]]]:
    """Passages of one to four facts each, with sentences that tell nothing between them."""
    texts: list[tuple[str, list[_Fact]]] = []
    rest = list(facts)
    dense = chance.maybe(0.5)
    while rest:
        size = 1 if dense else chance.between(1, 4)
        if chance.maybe(0.4):
            first = rest[0].entity
            rest.sort(key=lambda fact: fact.entity != first)
        held, rest = rest[:size], rest[size:]
        parts = [sentence(held[0].said)]
        for before, fact in pairwise(held):
            same = fact.own and fact.entity == before.entity
            parts.append(sentence(fact.own if same else fact.said))
        while not dense and chance.maybe(0.35):
            # In front or at the end: between two sentences it would break "its".
            at = 0 if chance.maybe(0.5) else len(parts)
            parts.insert(at, sentence(noise(chance)))
        texts.append((" ".join(parts), held))
    chance.random.shuffle(texts)
    return texts


def _untold(chance: Chance, facts: Sequence[_Fact]) -> str:
    """A question like the others that no passage answers."""
    said = " ".join(fact.said for fact in facts)
    opened = [fact.open for fact in facts if fact.open]
    if opened and chance.maybe(0.4):
        return chance.one(opened)
    while True:
        named = [fact.entity for fact in facts if fact.entity]
        if named and chance.maybe(0.6):
            entity, what = chance.one(named), attributes(chance, 1)[0]
            if what.words.split()[-1] not in said:
                return _question(chance, what, entity)
            continue
        if chance.maybe(0.5):
            event = _event_fact(chance)
            if event.form and event.form in {fact.form for fact in facts}:
                continue
            return chance.one(event.asks)[0]
        what = attributes(chance, 1)[0]
        return _question(chance, what, None)


def _question(chance: Chance, what: Attribute, entity: str | None) -> str:
    """A question for the attribute of the entity, or of any other."""
    if chance.free:
        return wording.asked(chance, what.words, entity or _entity(chance))
    return chance.worn(chance.pattern(_QUESTIONS, _more("questions"))).format(
        a=what.words, e=entity or _entity(chance)
    )


def looked_up(chance: Chance) -> tuple[str, str, str, str]:
    """A question, the words to search for, numbered passages with its answer, and the answer."""
    entity, what = _entity(chance), attributes(chance, 1)[0]
    fact = _attribute_fact(chance, entity, what)
    texts = _texts(chance, [fact, *_facts(chance, chance.upto(1, 4))])
    question, found = chance.one(fact.asks)
    n = next(n for n, (_, held) in enumerate(texts, start=1) if fact in held)
    shown = "\n".join(f"[{n}] {text}" for n, (text, _) in enumerate(texts, start=1))
    return question, f"{entity} {what.words}", shown, _ANSWERS[0].format(v=found, n=n)


def passages(chance: Chance, *, most: int = 8) -> Lesson:
    """Numbered passages, and questions about them one after the other."""
    facts = _facts(chance, chance.upto(2, most if chance.maybe(0.94) else 3 * most))
    texts = _texts(chance, facts)
    mark = chance.one(("[{n}] {t}", "[{n}] {t}", "[{n}] {t}", "[{n}]: {t}"))
    shown = "\n".join(mark.format(n=n, t=text) for n, (text, _) in enumerate(texts, start=1))
    told = chance.worn(chance.pattern(_SYSTEMS, _more("systems")))
    layout = chance.pattern(_LAYOUTS, _more("layouts"))
    asked: list[tuple[str, str]] = []
    for n, (_, held) in enumerate(texts, start=1):
        for fact in held:
            some = chance.some(fact.asks, chance.between(1, 2))
            asked += [(question, _ANSWERS[0].format(v=found, n=n)) for question, found in some]
    # Many more in lessons: after one in ten, it named a value in seven of ten where none was told.
    several = (0, 0, 1, 1, 2) if chance.held_out else (0, 1, 1, 2, 2, 3)
    asked += [(_untold(chance, facts), UNTOLD) for _ in range(chance.one(several))]
    chance.random.shuffle(asked)
    turns = []
    for at, (question, answer) in enumerate(asked):
        turns += [
            user(layout.format(p=shown, q=question) if at == 0 else question),
            assistant(answer),
        ]
    bare = chance.free and chance.maybe(0.25)
    kept = frozenset(word for fact in facts for word in fact.kept)
    return Lesson(messages=(*([] if bare else [system(told)]), *turns), kept=kept)
