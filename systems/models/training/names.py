"""Names and other values that occur in texts: people, places, firms, codes, days, sums."""

from collections.abc import Callable

from systems.models.training.chance import Chance

__all__ = ["KINDS", "company", "person", "place", "product", "value"]

_FIRST = (
    "Ada Alan Alba Alice Amir Ana Anders Anil Anton Aria Asta Axel Bea Ben Berit Bo Bruno Carla Cem "
    "Clara Cora Dana Daniel Dara David Dina Edda Elena Eli Elif Emil Emma Enzo Erik Eva Farid Felix "
    "Fiona Finn Frank Freya Gita Greta Hana Hans Hugo Ida Ines Ingo Iris Ivan Ivy Jana Jack Jamal Jin "
    "Joan Joel Jonas Juan Julia Kaja Karim Kate Kenji Kira Lars Laura Lea Leo Lena Liam Lila Lin Lotte "
    "Luca Lucia Mae Malik Mara Marc Maria Mei Mila Mina Mira Moritz Nadia Nils Nina Noah Nora Olga Omar "
    "Oscar Otto Paula Peter Petra Pia Priya Rafael Raj Rana Rita Robin Rosa Ruben Ruth Sam Sana Sara Sia "
    "Silas Simon Sofia Sven Tara Theo Tim Tina Tom Tova Uma Vera Viktor Wanda Will Yara Yusuf Zoe Maya"
).split()
_START = (
    "Al An Ar As Ba Bar Bel Ber Bran Bri Cal Car Cor Dal Dar Del Dor Dra El Er Fal Far Fen Fos Gal Gar "
    "Gor Gra Hal Har Hel Hol Jan Jor Kal Kar Kel Kor La Lan Lor Lu Mal Mar Mer Mor Na Nel Nor Ol Or Os "
    "Pa Pel Pra Qua Ra Ran Ro Ros Sal Ser Sil Sol Ta Tal Ter Thal Tor Tra Ul Va Val Ver Vil Wen Wil Yor Za Zel"
).split()
_MIDDLE = "a e i o u an en in on ar er or al el il".split()
_PERSON_END = (
    "berg dal der dez feld gren hart hoff ka kins ko lin lund man mann mark nen nova quist rez ris rup sen "
    "ski son stad stein ström ton vik ward wick worth zak ley ren tti shi mura nath"
).split()
_WORD = (
    "ash birch black blue bright brook clay cliff cold copper crow dale deep east elm fair fern field fire "
    "flint fox frost gold grain gray green hawk hazel heath high hill iron lake lark long maple marsh mill "
    "moon moss north oak old otter pine rain raven red reed river rock rose salt sand sea silver snow south "
    "spring star still stone storm summer sun swan swift thorn west white wild wind winter wolf wood"
).split()
_PLACE_END = (
    "bay borough bridge brook burg by castle dale don field ford gate ham haven hill holm hurst ia land ley "
    "mere minster mouth ness port sted stead stone ton vale view ville ward well wich wick wood worth"
).split()
_FIRM = (
    "Bakery Brothers Bank Cars Clinic Coffee Consulting Design Dental Electric Energy Engineering Films "
    "Foods Freight Garden Glass Group Hotel Insurance Labs Law Logistics Media Motors Museum Music Optics "
    "Paper Partners Pharma Plumbing Press Robotics School Security Services Software Sports Studio Supply "
    "Systems Telecom Textiles Tools Toys Travel Trust Water Works"
).split()
_MONTHS = (
    "January February March April May June July August September October November December"
).split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_COLOURS = (
    "red blue green black white grey yellow orange purple brown pink silver navy beige turquoise ivory "
    "olive teal crimson amber"
).split()
_MATERIALS = (
    "oak steel cotton wool glass leather bamboo granite copper plastic linen brass marble silk ceramic "
    "rubber paper titanium clay velvet"
).split()
_ITEMS = (
    "apples bananas batteries belts blankets boards books boots bottles bowls boxes brushes buckets bulbs "
    "cables cameras candles chairs clips clocks coats cups curtains desks drills envelopes fans filters "
    "flags folders forks gloves hammers hats helmets hoses jars keys knives ladders lamps lanterns lenses "
    "locks maps markers masks mats mirrors mugs nails needles notebooks onions paddles pans pencils pillows "
    "pipes plates pumps ropes rugs rulers saws scarves screens screws shelves shirts shoes shovels skates "
    "sockets spoons stamps stools straps tables tapes tents tiles towels trays tyres umbrellas valves vases "
    "wheels wires zips"
).split()
_TOPICS = tuple(
    "parking noise delivery training website holidays printer security garden heating merger lighting "
    "canteen invoices survey recruiting safety budget privacy packaging pricing weather traffic waste "
    "cleaning hiring travel storage quality".split()
)
_PROBLEMS = (
    "does not start|makes a strange noise|leaks|smells of smoke|is scratched|gets too hot|keeps turning itself off|is torn|"
    "has a crack|blinks all the time|is stuck|squeaks|does not charge|lost its colour|is too loud|shows nothing|will not open|"
    "drips at night|is bent|came without a manual|stops after a minute|rattles|is far too slow|does not close|wobbles"
).split("|")
_KINDS_OF_THING = (
    "bag jacket bottle lamp chair phone wallet ring watch book camera bike tent drum coat table clock mirror vase rug radio "
    "helmet basket laptop guitar kettle scarf key umbrella hat glove purse notebook stove fridge sofa printer"
).split()
_UNITS = "minutes hours days weeks months years".split()
_CURRENCIES = "EUR USD GBP CHF SEK JPY".split()
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


def _fresh(chance: Chance, make: Callable[[Chance], str]) -> str:
    """A name that this side of the split may use."""
    while not chance.allows(name := make(chance)):
        pass
    return name


def _surname(chance: Chance) -> str:
    middle = chance.one(_MIDDLE) if chance.maybe(0.3) else ""
    return chance.one(_START) + middle + chance.one(_PERSON_END)


def person(chance: Chance) -> str:
    """First name and surname, such as Clara Dalquist; now and then one of them alone."""
    form = chance.random.random()
    if form < 0.1:
        return _fresh(chance, lambda at: f"{at.one(('Dr.', 'Ms', 'Mr', 'Prof.'))} {_surname(at)}")
    if form < 0.16:
        return _fresh(chance, lambda at: at.one(_START) + at.one(("a", "ia", "o", "us", "en", "y")))
    if form < 0.22:
        return _fresh(chance, lambda at: f"{at.one(_LETTERS)}. {_surname(at)}")
    return _fresh(chance, lambda at: f"{at.one(_FIRST)} {_surname(at)}")


def place(chance: Chance) -> str:
    """A town, such as Larkmere or Port Talen."""

    def make(at: Chance) -> str:
        form = at.random.random()
        if form < 0.45:
            return at.one(_WORD).capitalize() + at.one(_PLACE_END)
        if form < 0.85:
            return at.one(_START) + at.one(_MIDDLE) + at.one(_PLACE_END)
        lead = at.one(
            ("Port", "New", "Saint", "Upper", "Bad", "San", "Lake", "North", "East", "El")
        )
        return f"{lead} {at.one(_START)}{at.one(('a', 'en', 'is', 'o', 'una', 'eth', 'ard'))}"

    return _fresh(chance, make)


def company(chance: Chance) -> str:
    """A firm, such as Fernholm Optics."""

    def make(at: Chance) -> str:
        form = at.random.random()
        if form < 0.35:
            return f"{at.one(_WORD).capitalize()}{at.one(_WORD)} {at.one(_FIRM)}"
        if form < 0.7:
            return f"{at.one(_START)}{at.one(_MIDDLE)}{at.one(_PLACE_END)} {at.one(_FIRM)}"
        if form < 0.85:
            return f"{_surname(at)} & {at.one((_surname(at), 'Sons', 'Partners', 'Co'))}"
        return (
            at.one(_START) + at.one(_MIDDLE) + at.one(("x", "tec", "lo", "vo", "ra", "nix", "do"))
        )

    return _fresh(chance, make)


def product(chance: Chance) -> str:
    """A product, such as Quarren 300."""

    def make(at: Chance) -> str:
        name = at.one(_START) + at.one(_MIDDLE) + at.one(("", "n", "x", "ra", "lo", "ton", "dex"))
        if at.maybe(0.4):
            name = at.one(_WORD).capitalize() + at.one(_WORD)
        if at.maybe(0.5):
            name += f" {at.one((str(at.between(2, 9)), str(at.between(1, 90) * 10), 'Pro', 'Mini', 'X'))}"
        return name

    return _fresh(chance, make)


def _code(chance: Chance) -> str:
    def make(at: Chance) -> str:
        letters = "".join(at.one(_LETTERS) for _ in range(at.between(1, 3)))
        number = str(at.between(10 ** at.between(1, 4), 99999))
        form = at.between(0, 4)
        if form == 0:
            return f"{letters}{number}"
        if form == 1:
            return f"{letters}-{number}-{at.one(_LETTERS)}{at.between(1, 9)}"
        if form == 2:
            return f"{number}-{letters}"
        if form == 3:
            return f"{letters}/{number}"
        return f"{letters}-{number}"

    return _fresh(chance, make)


def _date(chance: Chance) -> str:
    day, month, year = chance.between(1, 28), chance.between(1, 12), chance.between(2015, 2031)
    name = _MONTHS[month - 1]
    forms = (
        f"{day} {name}", f"{name} {day}", f"{day} {name} {year}", f"{year}-{month:02}-{day:02}",
        f"{day:02}/{month:02}/{year}", f"{name} {year}", chance.one(_DAYS), f"{day}.{month}.{year}",
    )  # fmt: skip
    return chance.one(forms)


def _time(chance: Chance) -> str:
    hour, minute = chance.between(6, 22), chance.one((0, 0, 15, 30, 45, 10, 20, 50))
    if chance.maybe(0.3):
        return f"{(hour - 1) % 12 + 1} {'am' if hour < 12 else 'pm'}"
    return f"{hour}:{minute:02}" if chance.maybe(0.6) else f"{hour:02}:{minute:02}"


def _email(chance: Chance) -> str:
    def make(at: Chance) -> str:
        name = at.one((at.one(_FIRST), f"{at.one(_FIRST)}.{_surname(at)}", "info", "sales")).lower()
        host = at.one((at.one(_WORD) + at.one(_WORD), at.one(_START).lower() + at.one(_PLACE_END)))
        return f"{name}@{host}.{at.one(('com', 'org', 'net', 'io', 'example'))}"

    return _fresh(chance, make).replace("ö", "o")


def _phone(chance: Chance) -> str:
    groups = [str(chance.between(100, 999)), str(chance.between(1000, 9999))]
    return chance.one(("+", "0", "")) + chance.one((" ", "-")).join(
        (str(chance.between(10, 99)), *groups)
    )


def _street(chance: Chance) -> str:
    def make(at: Chance) -> str:
        stem = at.one((at.one(_WORD).capitalize(), at.one(_START) + at.one(_PLACE_END)))
        return (
            f"{at.between(1, 240)} {stem} {at.one(('Street', 'Road', 'Lane', 'Avenue', 'Square'))}"
        )

    return _fresh(chance, make)


def _money(chance: Chance) -> str:
    number = chance.one(
        (chance.between(2, 900), chance.between(10, 99) * 100, chance.between(1, 40))
    )
    shown = f"{number}.{chance.between(10, 99)}" if chance.maybe(0.4) else str(number)
    return chance.one(
        (f"{shown} {chance.one(_CURRENCIES)}", f"${shown}", f"€{shown}", f"{shown} euros")
    )


def _amount_of(chance: Chance) -> str:
    unit = chance.one(
        ("kg", "cm", "litres", "metres", "watts", "km", "GB", "pages", "miles", "mm", "g")
    )
    return f"{chance.between(2, 950)} {unit}"


KINDS: dict[str, Callable[[Chance], str]] = {
    "person": person,
    "place": place,
    "company": company,
    "product": product,
    "code": _code,
    "date": _date,
    "time": _time,
    "email": _email,
    "phone": _phone,
    "street": _street,
    "money": _money,
    "measure": _amount_of,
    "colour": lambda at: at.one(_COLOURS),
    "material": lambda at: at.one(_MATERIALS),
    "item": lambda at: at.one(_ITEMS),
    "thing": lambda at: (
        f"{at.one((at.one(_COLOURS), at.one(_MATERIALS), 'small', 'large', 'old', 'new'))} {at.one(_KINDS_OF_THING)}"
    ),
    "problem": lambda at: at.one(_PROBLEMS),
    "topic": lambda at: at.one(_TOPICS),
    "duration": lambda at: f"{at.between(2, 60)} {at.one(_UNITS)}",
    "percent": lambda at: f"{at.between(1, 99)}%",
    "room": lambda at: at.one(
        (f"room {at.between(1, 480)}", f"hall {at.one(_LETTERS)}", f"floor {at.between(1, 30)}")
    ),
    "weekday": lambda at: at.one(_DAYS),
    "month": lambda at: at.one(_MONTHS),
}
"""How a value of each kind is made; all are texts."""


def value(chance: Chance, kind: str) -> str:
    """A value of the kind."""
    return KINDS[kind](chance)
