"""Edits: small changes of a sentence after which a text no longer supports it, or still does."""

import re
from calendar import day_name, month_name
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from holdfast.verifying.names import names
from holdfast.verifying.quantities import quantities
from holdfast.verifying.words import Token, tokens

__all__ = ["CHANGES", "KEEPS", "Edit", "Source"]

_MONTHS = tuple(month_name)[1:]
_DAYS = tuple(day_name)
_SPELLED = (
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
_AUXILIARIES = (
    "is", "are", "was", "were", "has", "had", "can", "could", "will", "would", "must", "may",
    "should",
)  # fmt: skip
_SYNONYMS = {
    "about": "roughly", "began": "started", "begins": "starts", "big": "large",
    "bought": "purchased", "build": "construct", "built": "constructed", "buy": "purchase",
    "children": "kids", "costs": "is priced at", "end": "close", "fell": "dropped",
    "get": "receive", "gets": "receives", "help": "assistance", "hurt": "injured", "large": "big",
    "needs": "requires", "often": "frequently", "rose": "climbed", "said": "stated",
    "says": "states", "sends": "dispatches", "show": "display", "start": "begin",
    "started": "began", "told": "informed", "uses": "employs", "whole": "entire", "until": "till",
    "because": "since", "but": "yet", "must": "has to", "shop": "store",
}  # fmt: skip
_FIRST_CLAUSE = re.compile(
    r"^(.{30,}?)(?:, (?:which|who|where|when|because|although|while|and|but)\b|;)"
)
_LEADS = ("According to the report, ", "As reported, ", "It is said that ", "In fact, ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A sentence to be changed, with the text around it."""

    text: str
    around: Sequence[str] = field(repr=False)
    """The other sentences of its text."""

    @property
    def words(self) -> tuple[Token, ...]:
        return tokens(self.text)


Edit = Callable[[Source, Random], str | None]
"""Gives the changed sentence, or None where there is nothing to change."""


def _replace(text: str, old: str, new: str) -> str | None:
    changed, count = re.subn(rf"(?<!\w){re.escape(old)}(?!\w)", lambda _: new, text, count=1)
    return changed if count and changed != text else None


def number(source: Source, dice: Random) -> str | None:
    """Another number of the same size, or one that stands elsewhere in the text."""
    found = [one for one in quantities(source.words) if one.kind in ("number", "year")]
    found = [one for one in found if not one.weak and " " not in one.text]
    if not found:
        return None
    chosen = dice.choice(found)
    return _replace(source.text, chosen.text, _other_number(chosen.text, source, dice))


def _other_number(text: str, source: Source, dice: Random) -> str:
    elsewhere = [
        one.text
        for sentence in source.around
        for one in quantities(tokens(sentence))
        if one.text.isdigit() == text.isdigit()
        and one.text != text
        and one.kind == "number"
        and not one.weak
        and " " not in one.text
    ]
    if elsewhere and dice.random() < 0.3:
        return dice.choice(elsewhere)
    if text.lower() in _SPELLED:
        return dice.choice([one for one in _SPELLED if one != text.lower()])
    digits = [at for at, sign in enumerate(text) if sign.isdigit()]
    if not digits:
        return dice.choice(_SPELLED)
    at = dice.choice(digits[-2:] if len(digits) > 3 else digits)
    fresh = dice.choice([one for one in "123456789" if one != text[at]])
    return text[:at] + fresh + text[at + 1 :]


def date(source: Source, dice: Random) -> str | None:
    """Another month or weekday."""
    for group in dice.sample([_MONTHS, _DAYS], 2):
        for one in group:
            if re.search(rf"\b{one}\b", source.text) and one != "May":
                other = dice.choice([each for each in group if each != one])
                return _replace(source.text, one, other)
    return None


def name(source: Source, dice: Random) -> str | None:
    """A name of the text in the place of another."""
    own = [one.text for one in names(source.words) if one.sure]
    others = [
        one.text
        for sentence in source.around
        for one in names(tokens(sentence))
        if one.sure and one.text not in source.text
    ]
    if not own or not others:
        return None
    return _replace(source.text, dice.choice(own), dice.choice(others))


def role(source: Source, dice: Random) -> str | None:
    """Two names of the sentence change places."""
    own = list(dict.fromkeys(one.text for one in names(source.words) if one.sure))
    if len(own) < 2:
        return None
    first, second = dice.sample(own, 2)
    if first in second or second in first:
        return None
    return source.text.replace(first, "\0").replace(second, first).replace("\0", second)


def negation(source: Source, dice: Random) -> str | None:
    """What is said is denied, or a denial is taken away."""
    found = re.search(r"\b(?:not|never|no)\b ", source.text)
    if found:
        return source.text[: found.start()] + source.text[found.end() :]
    for word in _AUXILIARIES:
        if re.search(rf"\b{word}\b", source.text):
            return _replace(source.text, word, f"{word} not")
    return None


def scope(source: Source, dice: Random) -> str | None:
    """All, only, or none, where the sentence says less."""
    for old, new in (
        ("some", "all"), ("most", "all"), ("many", "all"), ("Most", "All"), ("Some", "All"),
        ("at least", "at most"), ("more than", "less than"), ("up to", "at least"),
        ("often", "always"), ("usually", "always"), ("almost", "exactly"), ("first", "last"),
    ):  # fmt: skip
        if re.search(rf"\b{old}\b", source.text):
            return _replace(source.text, old, new)
    found = re.match(r"(The|A) (\w+)(?= \w+)", source.text)
    if found and not found.group(2)[0].isupper():
        return f"Only {source.text[0].lower()}{source.text[1:]}"
    found = re.search(r" (?=(?:in|on|for|by) )", source.text)
    return source.text[: found.end()] + "only " + source.text[found.end() :] if found else None


def opposite(source: Source, dice: Random) -> str | None:
    """A word gives way to its opposite."""
    pairs = (
        ("before", "after"), ("after", "before"), ("opened", "closed"), ("open", "close"),
        ("higher", "lower"), ("rose", "fell"), ("fell", "rose"), ("bought", "sold"),
        ("largest", "smallest"), ("more", "fewer"), ("above", "below"), ("old", "new"),
        ("new", "old"), ("north", "south"), ("east", "west"), ("won", "lost"), ("left", "joined"),
        ("longer", "shorter"), ("early", "late"), ("increase", "decrease"), ("under", "over"),
        ("allowed", "forbidden"), ("start", "end"), ("oldest", "newest"), ("free", "paid"),
    )  # fmt: skip
    for old, new in dice.sample(pairs, len(pairs)):
        if re.search(rf"\b{old}\b", source.text):
            return _replace(source.text, old, new)
    return None


def verbatim(source: Source, dice: Random) -> str | None:
    """The sentence itself."""
    return source.text


def shortened(source: Source, dice: Random) -> str | None:
    """The sentence without what follows its first clause, or without its opening."""
    found = _FIRST_CLAUSE.match(source.text)
    if found and len(found.group(1).split()) >= 6:
        return found.group(1).rstrip(",; ") + "."
    return None


def reworded(source: Source, dice: Random) -> str | None:
    """The sentence with words of about the same meaning."""
    changed = source.text
    for old, new in _SYNONYMS.items():
        changed = re.sub(rf"\b{old}\b", new, changed)
    if dice.random() < 0.5:
        first = changed.split()[0]
        keep = first[:1].isupper() and first.lower() not in ("the", "a", "an", "it", "in", "on")
        changed = dice.choice(_LEADS) + (changed if keep else changed[0].lower() + changed[1:])
    return changed if changed != source.text else None


def respelled(source: Source, dice: Random) -> str | None:
    """The sentence with a number written otherwise."""
    for value, word in enumerate(_SPELLED, start=2):
        if re.search(rf"\b{word}\b", source.text):
            return _replace(source.text, word, str(value))
        if re.search(rf"(?<![\w.,:]){value}(?![\w.,:%])", source.text):
            return _replace(source.text, str(value), word)
    return None


CHANGES: Mapping[str, Edit] = {
    "number": number, "date": date, "name": name, "role": role, "negation": negation,
    "scope": scope, "opposite": opposite,
}  # fmt: skip
"""Edits after which the text no longer supports the sentence."""

KEEPS: Mapping[str, Edit] = {
    "verbatim": verbatim, "shortened": shortened, "reworded": reworded, "respelled": respelled,
}  # fmt: skip
"""Edits that leave it supported."""
