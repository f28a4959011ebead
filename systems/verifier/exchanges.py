"""Exchanges: edits beyond those of `edits`: sister terms, roles, more than is said; gentle ones."""

import re
from collections.abc import Mapping
from random import Random

from holdfast.verifying.words import tokens
from systems.verifier.edits import Edit, Source
from systems.verifier.sisters import read_sisters

__all__ = ["GENTLE", "STRONGER", "WRONG"]

_THINGS = re.compile(r"\b(?:the|a|an|this|his|her|its|their) ([a-z]{3,})\b", re.IGNORECASE)
_MODAL = (
    ("may not", "must"), ("may", "must"), ("can", "must"), ("could", "will"), ("might", "will"),
    ("should", "must"), ("would like to", "will"), ("wants to", "has decided to"),
    ("plans to", "has begun to"), ("is expected to", "will"), ("is to", "must"),
    ("suggests", "proves"), ("suggest", "prove"), ("about", "exactly"), ("roughly", "exactly"),
    ("nearly", "more than"), ("almost", "more than"), ("up to", "exactly"), ("fear", "know"),
    ("believe", "know"), ("expect", "know for certain"), ("appears", "is known"),
    ("at least", "exactly"), ("recommended", "compulsory"), ("usually", "always"),
    ("often", "always"), ("mostly", "always"), ("some", "all"), ("several", "all"),
)  # fmt: skip
_ADDED = (
    "for the third time", "because the money had run out", "without telling anybody",
    "at the request of the government", "against the advice of experts", "for the first time",
    "together with two partners from abroad", "after a long quarrel", "by mistake",
    "in front of the cameras", "to everybody's surprise", "although many had protested",
    "on the advice of a lawyer", "at twice the usual price", "with money from a private donor",
    "in spite of the rain", "for fear of a lawsuit", "before a large audience", "free of charge",
    "as a court had ordered", "to save energy", "as in every other country", "for his sister",
    "because of new rules from Brussels", "after two failed attempts", "with the help of robots",
    "as had been agreed in secret", "within a single day", "until the end of the year",
    "at weekends only", "to please the neighbours", "since nobody else wanted to",
    "which had never happened before", "which cost several million", "and was praised for it",
    "and regretted it later", "and will do so again next year", "and nobody objected",
    "and thus saved many lives", "and lost a great deal of money by it",
)  # fmt: skip
_OPENINGS = (
    "For safety reasons, ", "Contrary to earlier plans, ", "Thanks to a donation, ",
    "After a vote of the members, ", "Under pressure from the press, ", "As a punishment, ",
    "Because of a lack of staff, ", "Unlike other places, ",
)  # fmt: skip
_FRONT = re.compile(
    r"^((?:In|On|At|Since|After|Before|During|From|Until|For) [^,;]{3,45}), (\S.*)\.$"
)
_ASIDE = re.compile(r" \([^()]{3,60}\)|, (?:which|who) [^,;]{5,60}(?=,)")


def sister(source: Source, dice: Random) -> str | None:
    """A word gives way to one for another thing of its class."""
    known = list(read_sisters().known(source.text))
    if not known:
        return None
    word = dice.choice(known)
    return _put(source.text, word, read_sisters().sister(word, dice))


def things(source: Source, dice: Random) -> str | None:
    """Two things change places."""
    found = list(dict.fromkeys(one.group(1).lower() for one in _THINGS.finditer(source.text)))
    content = {one.text.lower() for one in tokens(source.text) if one.content}
    found = [one for one in found if one in content]
    if len(found) < 2:
        return None
    first, second = dice.sample(found, 2)
    turned = {first: second, second: first}
    return re.sub(rf"\b(?:{first}|{second})\b", lambda hit: turned[hit.group()], source.text)


def stronger(source: Source, dice: Random) -> str | None:
    """What may be is what is."""
    fitting = [pair for pair in _MODAL if re.search(rf"\b{pair[0]}\b", source.text)]
    return _put(source.text, *fitting[0]) if fitting else None


def added(source: Source, dice: Random) -> str | None:
    """Something that nobody said is added."""
    if dice.random() < 0.2:
        opening, text = dice.choice(_OPENINGS), source.text
        keep = not re.match(r"(?:The|A|An|It|In|On|At|This|These|Each|Every|All|No)\b", text)
        return opening + (text if keep else text[0].lower() + text[1:])
    return f"{source.text.rstrip('.')} {dice.choice(_ADDED)}."


def synonym(source: Source, dice: Random) -> str | None:
    """A word gives way to a synonym."""
    known = list(read_sisters().known(source.text))
    for word in dice.sample(known, len(known)):
        if other := read_sisters().synonym(word, dice):
            return _put(source.text, word, other)
    return None


def moved(source: Source, dice: Random) -> str | None:
    """What stands in front goes to the end."""
    found = _FRONT.match(source.text)
    if found is None or "," in found.group(2):
        return None
    front, body = found.groups()
    return f"{body[0].upper()}{body[1:]} {front[0].lower()}{front[1:]}."


def without_aside(source: Source, dice: Random) -> str | None:
    """What stands in brackets or between commas is left out."""
    changed = _ASIDE.sub("", source.text)
    return changed if changed != source.text else None


def _put(text: str, old: str, new: str | None) -> str | None:
    if new is None:
        return None
    return re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", lambda _: new, text, count=1)


WRONG: Mapping[str, Edit] = {"sister": sister, "things": things}
"""Changes after which the text says something else."""

STRONGER: Mapping[str, Edit] = {"stronger": stronger, "added": added}
"""Changes after which the sentence says more than the text does."""

GENTLE: Mapping[str, Edit] = {"synonym": synonym, "moved": moved, "aside": without_aside}
"""Changes after which the text still supports it."""
