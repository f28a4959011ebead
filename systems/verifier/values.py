"""Values: what fills the places of an event's sentences, each in all the ways it may be written."""

from calendar import day_name, month_name
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from systems.models.training.chance import Chance
from systems.models.training.names import company, person, place
from systems.verifier.sisters import read_sisters

__all__ = ["PRONOUNS", "Value", "draw"]

PRONOUNS: Mapping[str, tuple[str, str]] = {
    "he": ("he", "she"), "He": ("He", "She"), "his": ("his", "her"), "him": ("him", "her"),
}  # fmt: skip
"""For a man and for a woman."""

_COUNTRIES = (
    "France", "Peru", "Kenya", "Norway", "Vietnam", "Canada", "Chile", "Egypt", "Poland", "India",
    "Portugal", "Ghana", "Finland", "Mexico", "Japan", "Turkey", "Morocco", "Ireland", "Bolivia",
    "Nepal", "Greece", "Cuba", "Iceland", "Tunisia", "Estonia", "Laos",
)  # fmt: skip
_SPELLED = (
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value with the ways to write it, the fullest first."""

    forms: tuple[str, ...]
    woman: bool = False


def draw(slot: str, dice: Random) -> Value:
    """A value for a place such as `city`, `n2`, or a class of `sisters.txt`."""
    kind = slot.rstrip("0123456789")
    if kind in _MAKERS:
        return _MAKERS[kind](dice)
    return Value(forms=dice.choice(read_sisters().classes[kind]))


def _person(dice: Random) -> Value:
    while " " not in (name := person(Chance(random=dice))):
        pass
    surname = name.rsplit(" ", 1)[-1]
    return Value(forms=(name, name, name, surname), woman=dice.random() < 0.5)


def _small(dice: Random) -> Value:
    number = dice.choice((dice.randint(2, 12), dice.randint(2, 99)))
    if number - 2 < len(_SPELLED):
        return Value(forms=(str(number), _SPELLED[number - 2]))
    return Value(forms=(str(number),))


def _large(dice: Random) -> Value:
    number = dice.choice(
        (dice.randint(101, 999), 100 * dice.randint(11, 99), 1000 * dice.randint(3, 90))
    )
    return Value(forms=(f"{number:,}", str(number)) if number > 999 else (str(number),))


def _money(dice: Random) -> Value:
    tenths, sign = dice.randint(12, 890), dice.choice(("euros", "dollars", "pounds"))
    return Value(
        forms=(f"{tenths / 10:.1f} million {sign}", f"{tenths * 100_000:,} {sign}"),
    )


def _date(dice: Random) -> Value:
    day, month = dice.randint(1, 28), dice.choice(tuple(month_name)[1:])
    return Value(forms=(f"{day} {month}", f"{day} {month}", f"{month} {day}"))


def _one(make: Callable[[Random], str]) -> Callable[[Random], Value]:
    return lambda dice: Value(forms=(make(dice),))


_MAKERS: Mapping[str, Callable[[Random], Value]] = {
    "person": _person,
    "city": _one(lambda dice: place(Chance(random=dice))),
    "org": _one(lambda dice: company(Chance(random=dice))),
    "country": _one(lambda dice: dice.choice(_COUNTRIES)),
    "n": _small,
    "big": _large,
    "pct": _one(lambda dice: str(dice.randint(51, 97))),
    "dec": _one(lambda dice: f"{dice.randint(41, 89) / 10}"),
    "year": _one(lambda dice: str(dice.randint(1890, 2029))),
    "money": _money,
    "date": _date,
    "day": _one(lambda dice: dice.choice(tuple(day_name))),
    "month": _one(lambda dice: dice.choice(tuple(month_name)[1:])),
}
