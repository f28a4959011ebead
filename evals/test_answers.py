"""Answers over the handbook: what ships beside its own past, and beside simpler systems.

HOLDFAST_MODEL puts another model behind the same suites. A missing library is an error here and
never a skip: a gate that did not run must not look green.
"""

from evals.answer_suites import CANDIDATE, HANDBOOK_ANSWERS, HANDBOOK_GROUNDING, HANDBOOK_QUOTES
from evals.chat_model import needs_chat_model
from systems.rag import answers


@needs_chat_model
def test_what_ships_answers_as_well_as_ever(gate):
    gate(HANDBOOK_ANSWERS, answers.answering())


@needs_chat_model
def test_what_ships_keeps_to_its_passages(gate):
    gate(HANDBOOK_GROUNDING, answers.answering())


def test_quoting_sentences_keeps_to_its_passages(gate):
    gate(HANDBOOK_GROUNDING, answers.extractive())


def test_quoting_sentences_is_watched(gate):
    gate(HANDBOOK_QUOTES, answers.extractive())


@needs_chat_model
def test_the_control_without_passages_is_watched(gate):
    gate(HANDBOOK_ANSWERS, answers.closed_book(), policies=CANDIDATE)


@needs_chat_model
def test_what_ships_beside_the_control(gate):
    gate(HANDBOOK_ANSWERS, answers.answering(), against=answers.closed_book(), policies=CANDIDATE)


@needs_chat_model
def test_what_ships_beside_quoting_sentences(gate):
    gate(HANDBOOK_ANSWERS, answers.answering(), against=answers.extractive(), policies=CANDIDATE)
