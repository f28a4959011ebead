"""Rewriting: a vague or wordy question as the search query that it means."""

from systems.models.training import wording
from systems.models.training.attributes import attributes
from systems.models.training.chance import Chance
from systems.models.training.lesson import Lesson, assistant, system, user
from systems.models.training.names import company, person, place, product
from systems.models.training.phrases import phrases
from systems.models.training.prose import noise, sentence

__all__ = ["rewriting"]

_SYSTEMS = (
    "Rewrite the question as a search query.", "Turn the user's question into a short search query.", "Give the search query for the last question.",
    "Write a query for the search engine. Only the query.", "What should be searched for? Answer with the query.", "Make a short query out of the question.",
    "Rewrite the last question so that it can be searched for alone.", "Query:",
)  # fmt: skip
_VAGUE = (
    "hey, sorry to bother you, but do you happen to know what the {a} of {e} was", "so I was talking to somebody about {e} and we wondered about the {a}",
    "I forgot the {a} of {e}, can you help", "there was something about {e}, the {a} I think", "what was it again with {e} and its {a}",
    "uh, {e}... what was the {a} there", "could you maybe look into the {a} thing for {e}", "I can't remember {e}'s {a}, any idea", "you know {e}, right? what about the {a}",
    "my boss asked me for the {a} of {e} and I have no clue", "is there anything written down on the {a} of {e}", "the {a}, for {e} I mean, what is it",
)  # fmt: skip
_NEXT = (
    "and the {a}?", "what about its {a}?", "and its {a}?", "how about the {a}", "and what's the {a} there?", "the {a} too please", "okay, and the {a}?",
    "same for the {a}", "then what is the {a}?", "also the {a}",
)  # fmt: skip


def rewriting(chance: Chance) -> Lesson:
    """A wordy question, and perhaps one that only the turn before makes clear."""
    entity = chance.one((person, company, place, product))(chance)
    first, second = attributes(chance, 2)
    asked = chance.worn(chance.pattern(_VAGUE, phrases("texts", "rewriting", "vague"))).format(
        a=first.words, e=entity
    )
    if chance.free:
        asked = wording.wished(chance, first.words, entity)
    if chance.maybe(0.3):
        asked = f"{sentence(noise(chance))} {sentence(asked)}"
    told = (
        wording.searching(chance)
        if chance.free
        else chance.worn(chance.pattern(_SYSTEMS, phrases("texts", "rewriting", "systems")))
    )
    turns = [system(told), user(asked), assistant(f"{entity} {first.words}")]
    if chance.maybe(0.5):
        turns += [
            user(
                chance.worn(chance.pattern(_NEXT, phrases("texts", "rewriting", "next"))).format(
                    a=second.words
                )
            ),
            assistant(f"{entity} {second.words}"),
        ]
    return Lesson(messages=tuple(turns))
