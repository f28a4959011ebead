"""Quantities: numbers, years, months and weekdays of a text, by value and not by spelling."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from holdfast.verifying.words import Token, fold, listed

__all__ = ["TENS", "Quantity", "is_quantity", "quantities"]


def _numbered(text: str, *, start: int = 0, step: int = 1) -> dict[str, int]:
    return {word: start + step * place for place, word in enumerate(text.split())}


TENS = _numbered("twenty thirty forty fifty sixty seventy eighty ninety", start=20, step=10)
"""Words for tens, by value."""
_CARDINALS = TENS | _numbered(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_ORDINALS = _numbered(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth",
    start=1,
) | {"thirtieth": 30, "fortieth": 40, "fiftieth": 50, "hundredth": 100}
_ALONE = {"dozen": 12.0, "twice": 2.0, "thrice": 3.0, "double": 2.0, "triple": 3.0, "half": 0.5}
_SCALES = {
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12,
    "bn": 1e9, "mn": 1e6, "m": 1e6, "k": 1e3, "b": 1e9, "tn": 1e12, "dozen": 12.0,
}  # fmt: skip
_WHOLE = ("hundred", "thousand", "million", "billion", "trillion")
_WEAK = listed("one first second half double twice triple")
_DECADES = {f"{word[:-1]}ies": f"{value}s" for word, value in TENS.items()}
_MONTHS = list(
    _numbered(
        "january february march april may june july august september october november december"
    )
)
_MONTH = {name: name for name in _MONTHS} | {name[:3]: name for name in _MONTHS if name != "may"}
_MONTH["sept"] = "september"
_DAY = {
    name: name for name in _numbered("monday tuesday wednesday thursday friday saturday sunday")
}
_KNOWN = frozenset[str](
    {"quarter"}.union(_CARDINALS, _ORDINALS, _ALONE, _DECADES, _MONTH, _DAY, _WHOLE)
)
_ROUGH = listed("about around approximately nearly almost roughly some circa ca estimated")
_LEAST = listed("over exceeding least more")
_MOST = listed("under below nearly almost most less fewer up")
_ARTICLES = listed("a an one")
_DATING = listed(
    """in since of by from until till to after before during for the a an this that these those its
    his her their our my your and or circa early late mid spring summer autumn winter around"""
)
"""Words before a year, even where things are named behind it: `the 2013 elections`."""
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "tenth": 10}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number, month, weekday or decade as a text gives it."""

    text: str
    """As written."""
    value: float | str
    """Its number; the name of a month, weekday or decade."""
    place: int
    """Position of its first token."""
    end: int
    """Position behind its last token."""
    margin: float = 0.0
    """How far from it what it stands for may be: it is given as about right, or in millions."""
    least: bool = False
    """It is given as the least that it may be, as in `more than 1,000`."""
    most: bool = False
    """It is given as the most that it may be, as in `nearly 200`."""
    other: float | None = None
    """What it means where `m` says metres."""
    share: float | None = None
    """The same as a part of one, where it is given in percent."""
    weak: bool = False
    """A word that often counts nothing, such as `one`, `first` or `half`."""
    counts: bool = False
    """Things are named behind it, as in `holds 1400 crates`, so that it is no year."""

    @property
    def kind(self) -> str:
        """What it could be mistaken for: a year for a year, a month for a month."""
        if isinstance(self.value, str):
            if self.value[0].isdigit():
                return "decade"
            return "weekday" if self.value in _DAY else "month"
        if self.text.isdigit() and 1400 <= self.value <= 2100 and not self.counts:
            return "year"
        if self.value < 1:
            return "number"
        last = fold(self.text).split()[-1]
        ordinal = last in _ORDINALS or re.search(r"\d(?:st|nd|rd|th)$", last)
        return "ordinal" if ordinal else "number"


def quantities(words: Sequence[Token]) -> tuple[Quantity, ...]:
    """Quantities of a text in their order.

    >>> from holdfast.verifying.words import tokens
    >>> [one.value for one in quantities(tokens("twelve hundred of 1,200 on the 3rd of May 2021"))]
    [1200.0, 1200.0, 3.0, 'may', 2021.0]
    >>> [one.value for one in quantities(tokens("$2.5 million, twenty-one and the 1990s"))]
    [2500000.0, 21.0, '1990s']
    """
    return tuple(_walk(words))


def _walk(words: Sequence[Token]) -> Iterator[Quantity]:
    behind = 0
    for place, word in enumerate(words):
        if place < behind or not is_quantity(word.text):
            continue
        found = _calendar(words, place) or _number(words, place)
        if found is not None:
            yield found
            behind = found.end


@lru_cache(maxsize=65536)
def is_quantity(word: str) -> bool:
    """Whether a quantity may begin with this word."""
    if word[0].isdigit():
        return True
    plain = _name(word)
    return plain in _KNOWN or plain.removesuffix("s") in _KNOWN


def _name(word: str) -> str:
    return fold(word).removesuffix("'s")


def _calendar(words: Sequence[Token], place: int) -> Quantity | None:
    text = words[place].text
    word = _name(text)
    if word in _DECADES or (text[:-1].isdigit() and text.endswith("0s")):
        value = _DECADES.get(word, word)
        return Quantity(text, value, place, place + 1)
    name = _MONTH.get(word) or _DAY.get(word.removesuffix("s")) or _DAY.get(word)
    # `may` and `march` are verbs where they are small; a month is a name.
    if name is None or not text[0].isupper():
        return None
    if word in ("may", "mar", "march") and not _near_digits(words, place):
        return None
    return Quantity(text, name, place, place + 1)


def _near_digits(words: Sequence[Token], place: int) -> bool:
    around = [*words[max(0, place - 2) : place], *words[place + 1 : place + 2]]
    before = fold(words[place - 1].text) if place else ""
    return before in ("in", "of", "since", "until", "by", "last", "next") or any(
        one.text[0].isdigit() for one in around
    )


def _number(words: Sequence[Token], place: int) -> Quantity | None:
    first = words[place].text
    value, end = (_digits(first), place + 1) if first[0].isdigit() else _spelled(words, place)
    if value is None:
        return None
    weak = end == place + 1 and fold(first) in _WEAK
    margin, other = 0.0, None
    while end < len(words) and (scale := _scale(words, end, digits=first[0].isdigit())):
        if fold(words[end].text) in ("m", "b") and not (place and words[place - 1].text in "$£€"):
            other = value
        margin, value, end = _rounding(value) * scale, value * scale, end + 1
    lead = [fold(one.text) for one in words[max(0, place - 2) : place]]
    if lead[-1:] == ["than"] or lead in (["at", "least"], ["at", "most"], ["up", "to"]):
        lead = lead[:1] if lead[0] != "at" else lead[1:]
    before = lead[-1] if lead else ""
    text = " ".join(one.text for one in words[place:end])
    return Quantity(
        text,
        value,
        place,
        end,
        margin=0.06 * value if before in _ROUGH else margin,
        least=before in _LEAST,
        most=before in _MOST,
        other=other,
        share=_share(words, end, value=value),
        weak=weak,
        counts=_counts(words, place, end),
    )


def _share(words: Sequence[Token], end: int, *, value: float) -> float | None:
    given = [words[end - 1].text[-1], *(one.text for one in words[end : end + 1])]
    return value / 100 if "%" in given else None


def _counts(words: Sequence[Token], place: int, end: int) -> bool:
    """Whether things are named behind a number, and nothing before it makes a year of it."""
    if end >= len(words) or not re.fullmatch("[a-z]{3,}s", words[end].text):
        return False
    before = words[place - 1] if place else None
    return before is not None and not before.capital and fold(before.text) not in _DATING


def _rounding(value: float) -> float:
    """How far a number may lie from what was rounded to it: half of the unit of its last digit."""
    digits = f"{value:.10f}".rstrip("0")
    places = len(digits) - digits.index(".") - 1
    unit = 10.0**-places
    while places == 0 and value and value % (unit * 10) == 0:
        unit *= 10
    return min(unit / 2, 0.06 * value)


def _scale(words: Sequence[Token], place: int, *, digits: bool) -> float | None:
    word = fold(words[place].text)
    return None if len(word) == 1 and not digits else _SCALES.get(word)


def _digits(text: str) -> float | None:
    if text.isdecimal():
        return float(text)
    bare = re.sub(r"(?:st|nd|rd|th|s|%)$", "", text).replace(":", ".")
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", bare):
        return float(bare.replace(",", ""))
    if re.fullmatch(r"\d{1,3}(?:\.\d{3}){2,}", bare):
        return float(bare.replace(".", ""))
    if re.fullmatch(r"\d+,\d{1,2}", bare):
        return float(bare.replace(",", "."))
    try:
        return float(bare.replace(",", ""))
    except ValueError:
        return None


def _spelled(words: Sequence[Token], place: int) -> tuple[float | None, int]:
    """Value of number words, and the position behind them."""
    word = fold(words[place].text)
    before = fold(words[place - 1].text) if place else ""
    alone = _one(word, article=before in _ARTICLES)
    if alone is not None or word not in _CARDINALS:
        return alone, place + 1
    total, end = float(_CARDINALS[word]), place + 1
    if end < len(words) and (part := _PARTS.get(fold(words[end].text).removesuffix("s"))):
        return total / part, end + 1
    if total >= 20 and end < len(words):
        follower = fold(words[end].text)
        unit = _CARDINALS.get(follower) or _ORDINALS.get(follower) or 10
        if unit < 10:
            return total + unit, end + 1
    if [fold(one.text) for one in words[end : end + 3]] == ["and", "a", "half"]:
        return total + 0.5, end + 3
    if end + 1 < len(words) and fold(words[end].text) == "hundred":
        return _hundreds(words, total, end + 1)
    return total, end


def _one(word: str, *, article: bool) -> float | None:
    """Value of a word that is a number by itself, or behind `a`: `a third`, `a million`."""
    if article and word in _PARTS:
        return 1 / _PARTS[word]
    if article and word in _WHOLE:
        return _SCALES[word]
    return float(_ORDINALS[word]) if word in _ORDINALS else _ALONE.get(word)


def _hundreds(words: Sequence[Token], count: float, end: int) -> tuple[float, int]:
    total = count * 100
    behind = end + 1 if fold(words[end].text) == "and" else end
    if behind < len(words) and fold(words[behind].text) in _CARDINALS:
        rest, reached = _spelled(words, behind)
        if rest is not None and rest < 100:
            return total + rest, reached
    return total, end
