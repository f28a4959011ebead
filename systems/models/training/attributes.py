"""Attributes: what a text may say of a thing, such as its delivery date or its second owner."""

from dataclasses import dataclass

from systems.models.training.chance import Chance
from systems.models.training.names import value

__all__ = ["Attribute", "attribute", "attributes", "number", "opaque_key", "value_of"]

_HEADS = {
    "person": "owner manager driver teacher author editor guide nurse tenant coach sponsor referee pilot "
    "cook witness chair contact guest winner designer captain mentor auditor buyer seller treasurer",
    "place": "city town harbour station destination origin birthplace venue site headquarters branch "
    "region depot stop border market",
    "company": "supplier carrier bank insurer publisher maker partner client employer agency landlord "
    "distributor label broker contractor",
    "product": "model device tool brand system engine app package version kit line",
    "code": "code number reference serial label tag ticket licence batch plate account voucher gate "
    "badge parcel invoice shelf",
    "date": "date deadline birthday start end expiry launch arrival departure review inspection renewal "
    "opening",
    "time": "time slot closing alarm curfew kickoff checkout shift",
    "email": "email address mailbox inbox",
    "phone": "phone hotline fax mobile",
    "street": "street location entrance home office",
    "money": "price fee rent salary cost budget fine deposit balance discount tax bonus fare loan prize",
    "measure": "weight length height capacity range depth width distance load size",
    "colour": "colour paint cover stripe background ink shade",
    "material": "material surface lining frame handle fabric coating filling",
    "item": "gift sample extra tool snack part accessory",
    "topic": "topic subject theme reason concern question agenda",
    "duration": "duration warranty notice delay lease term wait lifetime break",
    "percent": "share rate score margin humidity turnout interest",
    "room": "room seat desk office studio lab",
    "weekday": "day weekday shift holiday",
    "month": "month season period",
}
_NUMBERS = (
    "guests tickets copies boxes seats pages rooms chairs units votes visitors errors pallets lanes floors "
    "players members bottles samples cases attempts nights bags trees cars windows children staff screens"
).split()
_MODIFIERS = (
    "main backup new old daily preferred first second final billing shipping local current previous next "
    "emergency temporary official internal spare private weekly monthly original"
).split()
_OPAQUE = "bcdfghjklmnpqrstvwxz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """A named property with the kind of its values."""

    words: str
    """As a text says it: `second owner`."""
    kind: str

    @property
    def key(self) -> str:
        """As JSON and Python name it: `second_owner`."""
        return self.words.replace(" ", "_")


def attribute(chance: Chance, *, plain: bool = False) -> Attribute:
    """Any attribute; `plain` ones have no modifier."""
    kind = chance.one(list(_HEADS))
    head = chance.pattern(_HEADS[kind].split())
    words = head if plain or chance.maybe(0.55) else f"{chance.pattern(_MODIFIERS)} {head}"
    return Attribute(words=words, kind=kind)


def attributes(chance: Chance, count: int) -> list[Attribute]:
    """Attributes with different words; some share a head, so that it alone does not tell."""
    found: dict[str, Attribute] = {}
    while len(found) < count:
        made = attribute(chance)
        if found and chance.maybe(0.25):
            other = chance.one(list(found.values()))
            head = other.words.split()[-1]
            made = Attribute(words=f"{chance.pattern(_MODIFIERS)} {head}", kind=other.kind)
        found.setdefault(made.words, made)
    return list(found.values())


def number(chance: Chance) -> tuple[Attribute, int]:
    """Something that is counted, and how many of it there are."""
    what = chance.pattern(_NUMBERS)
    return Attribute(words=what, kind="integer"), chance.one(
        (chance.between(2, 12), chance.between(2, 99), chance.between(100, 5000))
    )


def opaque_key(chance: Chance) -> str:
    """A key that tells nothing, such as `kx2`."""
    stem = "".join(chance.one(_OPAQUE) for _ in range(chance.between(1, 3)))
    return stem + chance.one(("", "", "1", "2", "_a", "_id", "_v"))


def value_of(chance: Chance, what: Attribute) -> str:
    """A value that the attribute may have."""
    return value(chance, what.kind)
