"""Trials that a test needs one at a time."""

from holdfast.dataset import Case
from holdfast.metric import Trial
from holdfast.system import Passage, Response


def trial_of(answer="", *, question="Who?", expected=None, passages=(), **response):
    """A trial with passages given as pairs of id and text."""
    found = tuple(Passage(id=name, text=text) for name, text in passages)
    return Trial(
        case=Case(id="a", input=question, expected=expected),
        repeat=0,
        response=Response(text=answer, passages=found, **response),
        seconds=0.0,
    )
