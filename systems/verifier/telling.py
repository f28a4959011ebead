"""Telling: lessons about events, with other things that are told around them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from systems.verifier.edits import CHANGES, KEEPS, Source
from systems.verifier.events import Event, Told, fresh, read_events, tell
from systems.verifier.exchanges import STRONGER
from systems.verifier.lesson import Label, Lesson, Span, differing
from systems.verifier.sisters import read_sisters
from systems.verifier.values import Value

__all__ = ["HELD_OUT", "about_events"]

HELD_OUT = 8
"""Every eighth event is held out from training."""

_EXCHANGED = ("person", "city", "org", "country", "n")
_RULES = ("negation", "scope", "opposite", "date")
_SHARED = ("city", "month", "day")
"""What several events of a text may have in common."""
_CLAIMS = 14
"""Claims about one telling."""

Values = Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scene:
    """One event with its values, and the text in which it is told."""

    event: Event
    values: Values
    others: Sequence[Values]
    """Values of the other events in the text."""
    evidence: tuple[str, ...] = field(repr=False)
    rest: tuple[str, ...] = field(repr=False)
    """The text without this event."""


def about_events(*, seed: int, count: int, held_out: bool = False) -> Iterator[Lesson]:
    """Lessons over so many tellings, of the events for training or of those held out."""
    dice = Random(seed)  # noqa: S311  # lessons need no secrecy
    events = [
        one for at, one in enumerate(read_events()) if (at % HELD_OUT == HELD_OUT - 1) is held_out
    ]
    for _ in range(count):
        scene = _scene(events, dice)
        for _ in range(_CLAIMS):
            made = _claim(scene, dice)
            if made is not None:
                yield made


def _scene(events: Sequence[Event], dice: Random) -> _Scene:
    event = dice.choice(events)
    values = event.values(dice)
    told = [tell(dice.choice(event.same), values, dice, full=True).text]
    if event.onward:
        told.append(tell(event.onward[0][0], values, dice).text)
    rest, others = list[str](), list[Values]()
    for number in range(dice.randint(1, 4)):
        again = event if number == 0 and dice.random() < 0.4 else dice.choice(events)
        near = again.values(dice)
        if dice.random() < 0.3:
            near |= {slot: values[slot] for slot in _SHARED if slot in near and slot in values}
        rest.append(tell(dice.choice(again.same), near, dice, full=True).text)
        others.append(near)
    at = dice.randint(0, len(rest))
    evidence = (*rest[:at], *told, *rest[at:])
    return _Scene(event=event, values=values, others=others, evidence=evidence, rest=tuple(rest))


def _claim(scene: _Scene, dice: Random) -> Lesson | None:
    """One claim of any kind; None where the kind does not fit the event."""
    event, values = scene.event, scene.values
    draw = dice.random()
    if draw < 0.08:
        return _joined(scene, dice)
    if draw < 0.45:
        lines = event.same if dice.random() < 0.65 or not event.less else event.less
        return _supported(scene, tell(dice.choice(lines), values, dice), dice)
    if draw < 0.65:
        return _otherwise(scene, dice)
    if draw < 0.72:
        return _exchanged(scene, dice)
    if draw < 0.86:
        kind, lines = dice.choice((("against", event.against), ("more", event.more)))
        told = tell(dice.choice(lines), values, dice) if lines else None
        label: Label = "contradicted" if kind == "against" else "unsupported"
        return told and _lesson(scene, told.text, label=label, wrong=told.marked, kind=kind)
    if draw < 0.94:
        return _by_rule(scene, dice)
    if draw < 0.97:
        return _onward(scene, dice)
    told = tell(dice.choice(event.same), values, dice)
    return Lesson(
        claim=told.text, evidence=scene.rest, label="unsupported", wrong=None, kind="removed"
    )


def _supported(scene: _Scene, told: Told, dice: Random) -> Lesson:
    text = told.text
    if dice.random() < 0.2:
        text = KEEPS["reworded"](Source(text=text, around=scene.rest), dice) or text
    return _lesson(scene, text, label="supported", wrong=(), kind="told")


def _otherwise(scene: _Scene, dice: Random) -> Lesson | None:
    """One value is another: a fresh one, or that of another event in the text."""
    event, values = scene.event, scene.values
    line = dice.choice((*event.same, *event.less))
    places = list(tell(line, values, dice).places)
    if not places:
        return None
    classes = [one for one in places if _kind(one) in read_sisters().classes]
    slot = dice.choice(classes if classes and dice.random() < 0.5 else places)
    near = [one[slot] for one in scene.others if slot in one] if len(places) > 1 else []
    near += [one for name, one in values.items() if name != slot and _kind(name) == _kind(slot)]
    near = [one for one in near if set(one.forms).isdisjoint(values[slot].forms)]
    new = dice.choice(near) if near and dice.random() < 0.4 else fresh(slot, values.values(), dice)
    told = tell(line, {**values, slot: new}, dice)
    marked = (told.places[slot],)
    return _lesson(scene, told.text, label="contradicted", wrong=marked, kind=_kind(slot))


def _joined(scene: _Scene, dice: Random) -> Lesson | None:
    """A claim about the event, and behind it what the text says of another."""
    first = _otherwise(scene, dice)
    if dice.random() < 0.5:
        first = _supported(scene, tell(dice.choice(scene.event.same), scene.values, dice), dice)
    if first is None:
        return None
    second = dice.choice(scene.rest)
    if dice.random() < 0.2:
        text, cause = first.claim[:-1], dice.choice((" because ", " after ", " although "))
        span = (len(text) + 1, len(text) + len(cause) - 1)
        return _lesson(
            scene, text + cause + second, label="unsupported", wrong=(*(first.wrong or ()), span),
            kind="discourse",
        )  # fmt: skip
    both = f"{first.claim[:-1]}{dice.choice((', and ', ', while ', '; '))}{second}"
    return replace(first, claim=both, kind="joined")


def _exchanged(scene: _Scene, dice: Random) -> Lesson | None:
    """Two values of one kind change places."""
    event, values = scene.event, scene.values
    pairs = [(one, f"{one}2") for one in _EXCHANGED if f"{one}2" in values]
    line = dice.choice(event.same)
    pairs = [one for one in pairs if all(f"{{{slot}}}" in line for slot in one)]
    if not pairs or event.symmetric:
        return None
    first, second = dice.choice(pairs)
    told = tell(line, {**values, first: values[second], second: values[first]}, dice)
    marked = (told.places[first], told.places[second])
    return _lesson(scene, told.text, label="contradicted", wrong=marked, kind="role")


def _by_rule(scene: _Scene, dice: Random) -> Lesson | None:
    twin = tell(dice.choice((*scene.event.same, *scene.event.less)), scene.values, dice).text
    rules = {**{name: CHANGES[name] for name in _RULES}, **STRONGER}
    kind = dice.choice(list(rules))
    text = rules[kind](Source(text=twin, around=scene.rest), dice)
    if text is None:
        return None
    label: Label = "unsupported" if kind in STRONGER or kind == "scope" else "contradicted"
    return _lesson(scene, text, label=label, wrong=differing(text, twin), kind=kind)


def _onward(scene: _Scene, dice: Random) -> Lesson | None:
    """What is said of a person by pronoun is said by name, of that person or another."""
    if not scene.event.onward:
        return None
    line = scene.event.onward[0][1]
    values = dict(scene.values)
    if dice.random() < 0.5:
        return _lesson(scene, tell(line, values, dice).text, label="supported", wrong=(), kind="he")
    known = [one["person"] for one in scene.others if "person" in one]
    values["person"] = values.get("person2") or (known or [fresh("person", (), dice)])[0]
    told = tell(line, values, dice)
    marked = (told.places["person"],)
    return _lesson(scene, told.text, label="contradicted", wrong=marked, kind="he")


def _kind(slot: str) -> str:
    return slot.rstrip("0123456789")


def _lesson(scene: _Scene, claim: str, *, label: Label, wrong: Iterable[Span], kind: str) -> Lesson:
    return Lesson(claim=claim, evidence=scene.evidence, label=label, wrong=tuple(wrong), kind=kind)
