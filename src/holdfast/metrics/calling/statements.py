"""Numbers and words of a text, and whether another text states them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal

from holdfast.digest import Json

__all__ = ["numbers_in", "same_number", "states", "texts_in"]

# A sign counts only where nothing stands before it: the 5 of "3-5" and of "E-5" is not negative.
_NUMBER = re.compile(r"(?<![\w.,])[-\u2212](?=\d)|\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?")
_SPACES = re.compile(r"\s+")
_PLACES = 20
_WIDE = Context(prec=2 * _PLACES + 2)


def numbers_in(text: str) -> tuple[Decimal, ...]:
    """Numbers that are written in digits, in their order.

    >>> numbers_in("From -2.5 to 1,250 between 3-5")
    (Decimal('-2.5'), Decimal('1250'), Decimal('3'), Decimal('5'))
    """
    found: list[Decimal] = []
    sign = ""
    for match in _NUMBER.finditer(text):
        if match.group() in ("-", "\u2212"):
            sign = "-"
            continue
        found.append(Decimal(sign + match.group().replace(",", "")))
        sign = ""
    return tuple(found)


def same_number(said: Decimal, known: Decimal) -> bool:
    """Whether a number says the known one, as it is or rounded to the decimals that were said.

    The sign may be said in words, so 5 says -5; -5 does not say 5.

    >>> same_number(Decimal("12"), Decimal("12.4")), same_number(Decimal("12.0"), Decimal("12.4"))
    (True, False)
    """
    return any(
        said in (value, *_rounded(value, like=said))
        for value in ((known, -known) if known < 0 else (known,))
    )


def _rounded(known: Decimal, *, like: Decimal) -> tuple[Decimal, ...]:
    exponent = like.as_tuple().exponent
    # Nobody rounds numbers of more digits than these, and quantize refuses to.
    if not isinstance(exponent, int) or exponent < -_PLACES or not known.is_finite():
        return ()
    if known.adjusted() > _PLACES:
        return ()
    places = Decimal(1).scaleb(exponent)
    return tuple(
        known.quantize(places, rounding=how, context=_WIDE)
        for how in (ROUND_HALF_EVEN, ROUND_HALF_UP)
    )


def states(text: str, wanted: Json) -> bool:
    """Whether the text states a number, or holds a text as whole words, in any case of letters.

    >>> states("It is 7 degrees in Oslo.", 7.2), states("It is 7 degrees in Oslo.", "osl")
    (True, False)
    """
    if isinstance(wanted, int | float) and not isinstance(wanted, bool):
        known = Decimal(repr(wanted))
        return any(same_number(said, known) for said in numbers_in(text))
    plain, sought = _plain(text), _plain(str(wanted))
    return bool(re.search(rf"(?<!\w){re.escape(sought)}(?!\w)", plain))


def texts_in(value: Json, *, without: Sequence[str] = ()) -> Iterator[str]:
    """Every text and number inside a JSON value, as text; values of the keys `without` are not.

    >>> list(texts_in({"question": "Rain?", "tools": ["a"], "day": 3}, without=["tools"]))
    ['Rain?', '3']
    """
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        inner = (item for key, item in value.items() if key not in without)
        yield from _each(inner, without)
    elif isinstance(value, Sequence):
        yield from _each(value, without)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield repr(value)


def _each(values: Iterable[Json], without: Sequence[str]) -> Iterator[str]:
    for item in values:
        yield from texts_in(item, without=without)


def _plain(text: str) -> str:
    return _SPACES.sub(" ", text).strip().casefold()
