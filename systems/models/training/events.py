"""Events: what passages tell besides attributes, with questions and the letter of each answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from systems.models.training.chance import Chance
from systems.models.training.names import value
from systems.models.training.phrases import Phrases, whole

__all__ = [
    "EVENTS",
    "LETTERS",
    "MORE_EVENTS",
    "MORE_LETTERS",
    "TOLD_EVENTS",
    "Deed",
    "Event",
    "deed",
    "year",
]  # fmt: skip

Event = tuple[str, tuple[tuple[str, str], ...]]
"""What is told, and questions with the letter of their answers."""

EVENTS = (
    ("{p} founded {e} in {y}", (("Who founded {e}?", "p"), ("When was {e} founded?", "y"), ("In which year did {p} found {e}?", "y"))),
    ("{p} runs the {c} office of {e}", (("Who runs the {c} office of {e}?", "p"), ("Which office of {e} does {p} run?", "c"))),
    ("{e} moved from {c} to {d}", (("Where did {e} move to?", "d"), ("Where was {e} before it moved?", "c"), ("From where did {e} move to {d}?", "c"))),
    ("{p} bought the {x} for {m}", (("What did {p} buy?", "x"), ("How much did {p} pay for the {x}?", "m"), ("Who bought the {x}?", "p"))),
    ("the {x} must be serviced every {t}", (("How often must the {x} be serviced?", "t"), ("What must be serviced every {t}?", "x"))),
    ("{p} reported the fault {k} on {w}", (("Who reported the fault {k}?", "p"), ("When was {k} reported?", "w"), ("Which fault did {p} report?", "k"))),
    ("{e} pays {m} for each {i}", (("How much does {e} pay for each {i}?", "m"), ("Who pays {m} for each {i}?", "e"))),
    ("{p} works at {e} in {c}", (("Where does {p} work?", "e"), ("In which town does {p} work?", "c"), ("Who works at {e} in {c}?", "p"))),
    ("the warranty of the {x} ends after {t}", (("How long is the warranty of the {x}?", "t"), ("When does the warranty of the {x} end?", "t"))),
    ("{e} sends its {i} to {c} by {w}", (("Where does {e} send its {i}?", "c"), ("What does {e} send to {c}?", "i"), ("By when does {e} send its {i} to {c}?", "w"))),
    ("visitors of {e} report to {p} in {r}", (("To whom do visitors of {e} report?", "p"), ("Where do visitors of {e} report?", "r"))),
    ("the {x} weighs {s} and is made of {h}", (("How much does the {x} weigh?", "s"), ("What is the {x} made of?", "h"))),
    ("if the display shows {k}, replace the {i}", (("What must be replaced if the display shows {k}?", "i"), ("What does the display show if the {i} must be replaced?", "k"))),
    ("requests above {m} need the approval of {p}", (("Who approves requests above {m}?", "p"), ("Above which sum is {p}'s approval needed?", "m"))),
)  # fmt: skip
MORE_EVENTS = (
    ("{p} opened the {e} shop in {c} in {y}", (("Who opened the shop of {e} in {c}?", "p"), ("When did {p} open a shop?", "y"), ("Where is the shop of {e} that {p} opened?", "c"))),
    ("{p} sold the {x} to {e}", (("Who sold the {x}?", "p"), ("To whom did {p} sell the {x}?", "e"), ("What did {e} get from {p}?", "x"))),
    ("{e} rents {r} to {p} for {m}", (("Which room does {p} rent?", "r"), ("What does {p} pay to {e}?", "m"), ("Who rents {r}?", "p"))),
    ("{p} left {e} on {w}", (("When did {p} leave {e}?", "w"), ("Which firm did {p} leave?", "e"), ("Who left {e} on {w}?", "p"))),
    ("the {x} holds {s} and costs {m}", (("How much does the {x} hold?", "s"), ("What is the price of the {x}?", "m"))),
    ("{k} means that the {i} must be cleaned", (("What does {k} mean?", "i"), ("Which sign says that the {i} must be cleaned?", "k"))),
    ("{e} closes its office in {c} on {w}", (("When does {e} close its office in {c}?", "w"), ("Which office does {e} close?", "c"), ("Who closes an office in {c}?", "e"))),
    ("{p} teaches at {e} and lives in {c}", (("Where does {p} teach?", "e"), ("Where does {p} live?", "c"), ("Who teaches at {e}?", "p"))),
    ("the bus from {c} to {d} takes {t}", (("How long is the bus from {c} to {d}?", "t"), ("Where does the bus from {c} go?", "d"), ("Where does the bus to {d} come from?", "c"))),
    ("{p} found the {i} in {r}", (("What did {p} find?", "i"), ("Where did {p} find the {i}?", "r"), ("Who found the {i}?", "p"))),
    ("a box of {i} weighs {s} and is sent to {c}", (("What is the weight of a box of {i}?", "s"), ("Where is the box of {i} sent?", "c"), ("What is in the box for {c}?", "i"))),
    ("{e} was bought by {p} for {m} in {y}", (("Who bought {e}?", "p"), ("For how much was {e} bought?", "m"), ("In what year was {e} bought?", "y"))),
    ("staff of {e} get {t} of leave", (("How much leave do staff of {e} get?", "t"), ("Whose staff get {t} of leave?", "e"))),
    ("{p} signs for {e} up to {m}", (("Up to which sum may {p} sign?", "m"), ("For which firm does {p} sign?", "e"), ("Who signs for {e}?", "p"))),
    ("the {x} in {r} was replaced on {w}", (("When was the {x} replaced?", "w"), ("Which device in {r} was replaced?", "x"), ("Where was the {x} replaced?", "r"))),
    ("{e} makes {i} of {h}", (("What does {e} make?", "i"), ("Of what are the {i} of {e} made?", "h"), ("Who makes {i} of {h}?", "e"))),
    ("{p} called about {k} from {c}", (("What did {p} call about?", "k"), ("From where did {p} call?", "c"), ("Who called about {k}?", "p"))),
    ("after {t} the {x} has to be recharged", (("When does the {x} have to be recharged?", "t"), ("What has to be recharged after {t}?", "x"))),
    ("{p} prefers {h} to {i}", (("What does {p} prefer?", "h"), ("Who prefers {h}?", "p"))),
    ("the key of {r} is kept by {p}", (("Who keeps the key of {r}?", "p"), ("Which key does {p} keep?", "r"))),
)  # fmt: skip
"""These are learned and never measured."""
LETTERS = {
    "p": "person", "e": "company", "c": "place", "d": "place", "x": "product", "m": "money", "t": "duration", "k": "code", "w": "date", "i": "item",
    "r": "room", "s": "measure", "h": "material",
}  # fmt: skip
"""Kind of value by letter."""
MORE_LETTERS = {
    "q": "person", "f": "company", "n": "money", "v": "date", "o": "topic", "u": "time", "g": "percent", "l": "colour", "j": "problem", "z": "thing",
}  # fmt: skip
"""Letters that only learned events have."""


def _event(one: Mapping[str, Any]) -> Event:
    return one["said"], tuple((question, letter) for question, letter in one["asks"])


TOLD_EVENTS: Phrases[Event] = whole("events", "event", _event)
"""The many further events."""


def year(chance: Chance) -> str:
    """A year between 1890 and 2030."""
    return str(chance.between(1890, 2030))


_VERBS = tuple(
    tuple(part.split("/"))
    for part in """
    sold/sell bought/buy found/find repaired/repair delivered/deliver tested/test ordered/order built/build cleaned/clean moved/move lost/lose painted/paint
    checked/check packed/pack borrowed/borrow returned/return presented/present approved/approve cancelled/cancel sent/send collected/collect inspected/inspect
    installed/install reserved/reserve rejected/reject described/describe designed/design stored/store lent/lend replaced/replace measured/measure opened/open
    closed/close examined/examine counted/count received/receive offered/offer left/leave brought/bring hired/hire announced/announce copied/copy kept/keep
    """.split()
)  # fmt: skip
"""What is done, in the past, and what one does."""
_ROLES = (
    ("Where", "in {}", "place"), ("When", "on {}", "date"), ("In which year", "in {}", "year"), ("For how much", "for {}", "money"), ("For how long", "for {}", "duration"),
    ("To whom", "to {}", "person"), ("To which firm", "to {}", "company"), ("From whom", "from {}", "person"), ("With whom", "with {}", "person"), ("At what time", "at {}", "time"),
    ("In which room", "in {}", "room"), ("Under which number", "under {}", "code"), ("Why", "because of {}", "topic"), ("From where", "from {}", "place"),
    ("For which firm", "for {}", "company"), ("On which day of the week", "on a {}", "weekday"),
)  # fmt: skip
"""Questions for what else is told of it, how it is told, and its kind."""
_WHEN = frozenset({"date", "year", "time", "weekday"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Somebody did something, put together so that hardly one comes twice."""

    said: str
    asks: tuple[tuple[str, str], ...]
    """Question and answer."""
    open: str
    """A question about it that it does not answer."""


_ASKED = (
    ("person", "Who"), ("place", "Where"), ("date", "When"), ("money", "How much"), ("duration", "How long"), ("company", "Which firm"), ("product", "What"), ("item", "What"),
    ("code", "Which number"), ("room", "Which room"), ("material", "What"), ("measure", "How much"), ("time", "At what time"), ("percent", "How much"), ("thing", "What"),
)  # fmt: skip
_LINKS = (
    "is kept by|goes with|stands next to|depends on|must be shown to|needs|counts for|will be seen by|shows|and never before|above|below|if|when|is replaced by|comes before|may enter|is told by|asks for|"
    "belongs to|hangs on|points at|is used against|rests on|must not touch|after|before|without|waits for|under the hands of|reports to|stands for|is paid with|leads to|is part of"
).split("|")


def _cloze(chance: Chance) -> Deed:
    """Two to four names and values with words between them, asked for with one of them left out."""
    kinds = chance.some(_ASKED, chance.between(2, 4))
    values = [value(chance, kind) for kind, _ in kinds]
    links = [_link(chance) for _ in values[1:]]
    head = f"{_link(chance)} " if chance.maybe(0.4) else ""

    def said(shown: list[str]) -> str:
        rest = zip(links, shown[1:], strict=True)
        return head + " ".join([shown[0], *(f"{link} {one}" for link, one in rest)])

    def asked(at: int, shown: list[str]) -> str:
        _, wh = kinds[at]
        left = [*shown[:at], wh.lower() if at or head else wh, *shown[at + 1 :]]
        form = chance.random.random()
        if form < 0.5:
            return said(left) + "?"
        words = said([*shown[:at], "", *shown[at + 1 :]]).replace("  ", " ").strip()
        return f"{wh} {chance.one(('', '', 'does ', 'is it that '))}{words}?"

    asks = tuple((asked(at, values), values[at]) for at in range(len(values)))
    other = values
    while other[1:] == values[1:]:
        other = [value(chance, kind) for kind, _ in kinds]
    return Deed(said=said(values), asks=asks, open=asked(0, other))


def _link(chance: Chance) -> str:
    if not chance.words or chance.maybe(0.5):
        return chance.one(_LINKS)
    return " ".join(chance.word().lower() for _ in range(chance.between(1, 3)))


def _year(chance: Chance, kind: str) -> str:
    return year(chance) if kind == "year" else value(chance, kind)


def deed(chance: Chance) -> Deed:
    """Who did what, and up to three of where, when, for whom, for how much and the like."""
    if chance.maybe(0.35):
        return _cloze(chance)
    past, base = chance.one(_VERBS)
    who = value(chance, chance.one(("person", "person", "company")))
    kind = chance.one(("product", "item", "code", "thing", "material"))
    what = f"{chance.one(('the ', 'the ', ''))}{value(chance, kind)}"
    # One of each preposition, and one that tells when: "in Oslo" would half answer "in which room".
    several = {
        "when" if role[2] in _WHEN else role[1].split()[0]: role
        for role in chance.some(_ROLES, len(_ROLES))
    }
    *roles, missing = list(several.values())[: chance.between(2, 4)]
    told = [(wh, how, _year(chance, kind)) for wh, how, kind in roles]

    def rest(without: int | None) -> str:
        return "".join(
            f" {how.format(shown)}"
            for at, (_, how, shown) in enumerate(told)
            if at != without and chance.maybe(0.3)
        )

    def asked(wh: str, without: int | None) -> str:
        if chance.maybe(0.3):
            return f"{wh} was {what} {past} by {who}{rest(without)}?"
        return f"{wh} did {who} {base} {what}{rest(without)}?"

    asks = [(asked(wh, at), shown) for at, (wh, _, shown) in enumerate(told)]
    by = f"By whom was {what} {past}" if chance.maybe(0.3) else f"Who {past} {what}"
    asks.append((f"{by}{rest(None)}?", who))
    asks.append((f"What did {who} {base}{rest(None)}?", what.removeprefix("the ")))
    parts = [how.format(shown) for _, how, shown in told]
    front = f"{parts.pop()}, " if chance.maybe(0.25) else ""
    core = f"{what} was {past} by {who}" if chance.maybe(0.3) else f"{who} {past} {what}"
    said = front + " ".join([core, *parts])
    return Deed(said=said, asks=tuple(asks), open=asked(missing[0], None))
