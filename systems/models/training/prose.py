"""Prose: clauses that give an attribute its value, and texts put together from clauses."""

from collections.abc import Sequence

from systems.models.training import wording
from systems.models.training.chance import Chance
from systems.models.training.phrases import phrases

__all__ = ["clause", "noise", "sentence", "text_of"]

_CLAUSES = (
    "the {a} is {v}", "{a}: {v}", "the {a} is {v}", "{v} is the {a}", "the {a} was changed to {v}", "please use {v} as the {a}", "{a} {v}", "the {a} should be {v}", "we set the {a} to {v}", "for the {a} take {v}", "its {a} is {v}",
    "{v} as {a}", "they chose {v} as the {a}", "the {a} will be {v}", "with {v} as the {a}", "the {a} has been {v} for years",
    "I would put down {v} for the {a}", "our {a} is now {v}", "as for the {a}, it is {v}", "you will find {v} under {a}",
    "{v} remains the {a}", "the {a} stays {v}", "it says {v} for the {a}", "{a} = {v}", "{a} is {v}", "{a} - {v}",
    "let us make {v} the {a}", "the {a} turned out to be {v}", "my {a} is {v}", "the {a}, {v}, is fixed",
)  # fmt: skip
_NOISE = (
    "thanks for your help", "have a nice day", "I hope you are well", "sorry for the delay", "let me know if that works",
    "it was raining all day", "the weather was fine", "as we said before", "this was a long week", "we had some trouble with it",
    "please confirm", "see the notes below", "nothing else has changed", "I will be back soon", "that is all for now",
    "everybody was pleased", "it took a while to find out", "the rest is as usual", "more on this later", "please keep this to yourself",
    "the old one did not work", "my colleague told me to write to you", "I tried it twice", "we have talked about it before",
    "the team is looking forward to it", "somebody should have told us", "it looked better in the picture",
)  # fmt: skip
_SUBJECTS = (
    "the neighbour|my sister|a friend of mine|the old cat|our teacher|the mayor|the new clerk|every visitor|a young engineer|the "
    "committee|the whole crew|nobody here|the night shift|the postman|a tall man|the choir|our landlady|the referee|both children|the "
    "museum|the boss|the kitchen|that company|the bus|the door|the meeting|the second engine|the roof|their dog|the summer"
).split("|")
_VERBS = (
    "found|opened|forgot|liked|carried|repaired|sold|painted|watched|cleaned|asked about|waited for|looked at|closed|moved|lost|kept|"
    "borrowed|ordered|checked|counted|talked about|broke|built|brought|changed|covered|described|emptied|filled|followed|heard about|"
    "ignored|improved|needed|passed|planned|praised|replaced|saw|stopped|tested|took|walked past|wanted|washed|wrote about"
).split("|")
_OBJECTS = (
    "the small bridge|an empty box|the garden wall|a cup of tea|the broken window|some fresh bread|the last train|an old map|the blue "
    "chair|a long letter|the wooden stairs|a heavy bag|the front gate|a new recipe|the narrow road|the library|a cold drink|the "
    "football match|the wrong key|a red umbrella|the village fair|a piece of cake|the spare tyre|the town hall|a loud machine|the "
    "usual list|a warm coat|the harbour wall|two large suitcases|the evening news|a strange sound|the school yard"
).split("|")
_ENDS = (
    "|| in the morning| after lunch| without a word| as always| near the river| for the third time| on the way home| because of the "
    "rain| last winter| before the holidays| quite happily| by mistake| in a hurry| during the break| with great care| again"
).split("|")
_JOINS = (". ", ". ", ". ", ", ", ", and ", "; ", " and ", ", but ", "\n", " - ")
_OPENINGS = (
    "Hi, ", "Hello, ", "Note: ", "Hi there! ", "Good morning, ", "FYI: ", "Quick update: ", "Hey, ", "Dear all, ", "Reminder: ",
    "Just in: ", "To whom it may concern: ", "Update - ",
)  # fmt: skip


def noise(chance: Chance) -> str:
    """A clause that tells nothing that anybody asks for."""
    if chance.maybe(0.45):
        return chance.pattern(_NOISE, phrases("texts", "prose", "noise"))
    parts = (chance.one(_SUBJECTS), chance.one(_VERBS), chance.one(_OBJECTS))
    return " ".join(parts) + chance.one(_ENDS)


def clause(chance: Chance, words: str, value: str) -> str:
    """The attribute `words` has the value, said in one of many ways."""
    if chance.free:
        return wording.own(chance, words, value)
    pattern = chance.early(_CLAUSES, 3, phrases("texts", "prose", "clauses"))
    return chance.worn(pattern).format(a=words, v=value)


def sentence(text: str) -> str:
    """The clause with a capital letter and a full stop."""
    stop = "" if text[-1:] in ".!?," else "."
    if "@" in text.split(" ", maxsplit=1)[0]:
        return text + stop
    return text[:1].upper() + text[1:] + stop


def text_of(chance: Chance, clauses: Sequence[str]) -> str:
    """The clauses as a short text: a message, a note, lines, or one long sentence."""
    parts = list(clauses)
    while chance.maybe(0.3 * chance.size):
        parts.insert(chance.between(0, len(parts)), noise(chance))
    if not parts:
        parts = [noise(chance)]
    form = chance.random.random()
    if form < 0.1:
        return "\n".join(parts)
    if form < 0.18:
        return "; ".join(parts)
    opening = (
        chance.pattern(_OPENINGS, phrases("texts", "prose", "openings"))
        if chance.maybe(0.3)
        else ""
    )
    if form < 0.6:
        told = " ".join(sentence(part) for part in parts)
        return opening + (
            told if not opening else told[:1].lower() + told[1:] if chance.maybe(0.3) else told
        )
    return opening + _run_on(chance, parts)


def _run_on(chance: Chance, parts: Sequence[str]) -> str:
    told = parts[0]
    for part in parts[1:]:
        join = chance.one(_JOINS)
        if told[-1:] in ",":
            join = " "
        starts = join[:1] in ".\n"
        told += join + (part[:1].upper() + part[1:] if starts else part)
    return sentence(told) if chance.maybe(0.8) else told
