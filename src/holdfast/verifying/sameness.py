"""Sameness: whether two quantities mean the same, as far as each is rounded or bounded."""

from holdfast.verifying.quantities import Quantity

__all__ = ["same"]

_BELOW, _ABOVE = 0.7, 1.35
"""Shares of a claimed bound between which the evidence's number lies: `over 1,000` for 1,187."""
_ROUNDED = 0.005
"""How far a percentage may lie from the part of one that it stands for: 67 % for two thirds."""


def same(claimed: Quantity, found: Quantity) -> bool:
    """Whether evidence gives what a claim says, rounded or bounded where the claim is."""
    if isinstance(claimed.value, str) or isinstance(found.value, str):
        return _same_name(claimed.value, found.value) or _in_decade(claimed, found)
    if _same_share(claimed, found):
        return True
    said, given = _meant(claimed), _meant(found)
    return any(_stands_for(claimed, found, one, other) for one in said for other in given)


def _same_name(claimed: float | str, found: float | str) -> bool:
    """Months, weekdays and decades; the eighties are those of any century."""
    if claimed == found:
        return True
    short, long = sorted((str(claimed), str(found)), key=len)
    return short[0].isdigit() and len(short) == 3 and long.endswith(short)


def _same_share(claimed: Quantity, found: Quantity) -> bool:
    """Whether one is given in percent, and the other is the same part of one in words."""
    for share, other in ((claimed.share, found), (found.share, claimed)):
        if share is not None and isinstance(other.value, float) and other.text[0].isalpha():
            return 0 < other.value < 1 and abs(share - other.value) <= _ROUNDED
    return False


def _meant(quantity: Quantity) -> list[float]:
    return [one for one in (quantity.value, quantity.other) if isinstance(one, float)]


def _stands_for(claimed: Quantity, found: Quantity, said: float, given: float) -> bool:
    if said == given or abs(said - given) <= claimed.margin:
        return True
    if found.least or found.most:
        return False  # under 16 is not under 18, although 16 lies below
    if claimed.least:
        return said < given <= said * _ABOVE
    return claimed.most and said * _BELOW <= given < said


def _in_decade(claimed: Quantity, found: Quantity) -> bool:
    """A year lies in the decade that the claim names."""
    if not (isinstance(claimed.value, str) and isinstance(found.value, float)):
        return False
    decade = claimed.value[:-2]
    return decade.isdigit() and str(int(found.value))[:-1][-len(decade) :] == decade
