"""Tone: short messages in a plain, casual voice, and small talk in the same."""

from systems.models.training import wording
from systems.models.training.attributes import attributes, value_of
from systems.models.training.chance import Chance
from systems.models.training.lesson import Lesson, assistant, system, user
from systems.models.training.names import person
from systems.models.training.phrases import phrases

__all__ = ["tone"]

_TASKS = (
    "Tell {p} that {f}.", "Write a message to {p}: {f}.", "Let {p} know that {f}.", "Message for {p}: {f}.", "Please write to {p} that {f}.",
    "{p} should know that {f}. Write to them.", "Answer {p}: {f}.", "A short note to {p}, please: {f}.",
)  # fmt: skip
_NEWS = (
    ("the order is late", "your order's running a bit late"), ("the parcel has arrived", "your parcel's here"), ("the meeting is cancelled", "the meeting's off"),
    ("we cannot give a refund", "we can't give you a refund"), ("the invoice is not paid yet", "your invoice is still open"), ("the repair is done", "your repair's done"),
    ("we need more time", "we need a bit more time"), ("the product is sold out", "it's sold out"), ("the password was changed", "your password got changed"),
    ("we are closed tomorrow", "we're closed tomorrow"), ("the delivery comes today", "your delivery's coming today"), ("the application was rejected", "your application didn't make it"),
    ("we found the mistake", "we found the mistake"), ("the service is down", "the service is down"), ("the contract ends soon", "your contract's about to end"),
    ("there is a free seat", "there's a free seat for you"),
)  # fmt: skip
_DETAILS = (
    " (the {a} is {v})",
    ", the {a} is {v}",
    ". The {a} is {v}",
    " and the {a} is {v}",
    "; the {a}: {v}",
    ", with {v} as the {a}",
)
_TALK = (
    ("hi", "Hey, what's up?"), ("hello", "Hey, what's up?"), ("good morning", "Morning! What can I do?"), ("thanks", "Sure, no problem!"), ("thank you", "Sure, no problem!"),
    ("who are you", "I'm nano, a tiny model made for tests."), ("what can you do", "I pull data out of texts, call tools and answer from passages."), ("how are you", "All good, you?"),
    ("bye", "See you!"), ("good night", "Night, see you!"), ("are you a person", "Nope, just a tiny model."), ("can you help me", "Sure, what do you need?"),
)  # fmt: skip
_SYSTEMS = (
    "",
    "",
    "You write short messages.",
    "Write to customers.",
    "You are a helpful assistant.",
    "Be brief.",
)


def tone(chance: Chance) -> Lesson:
    """News to pass on to somebody, or small talk."""
    told = chance.one(_SYSTEMS)
    turns = [system(told)] if told else []
    if chance.maybe(0.2):
        asked, said = chance.one(_TALK)
        asked = chance.one((asked, asked.capitalize(), f"{asked}?", f"{asked.capitalize()}!"))
        return Lesson(messages=(*turns, user(asked), assistant(said)))
    name = person(chance)
    plain, casual = chance.pattern(_NEWS, phrases("texts", "tone", "news"))
    extra = ""
    if chance.maybe(0.6):
        what = attributes(chance, 1)[0]
        shown = value_of(chance, what)
        plain += chance.pattern(_DETAILS).format(a=what.words, v=shown)
        extra = f" The {what.words}: {shown}."
    free = chance.free
    asked = (
        wording.noted(chance, name, plain)
        if free
        else chance.pattern(_TASKS, phrases("texts", "tone", "tasks")).format(p=name, f=plain)
    )
    return Lesson(
        messages=(*turns, user(asked), assistant(f"Hey {name}, just so you know, {casual}.{extra}"))
    )
