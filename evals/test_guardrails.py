"""Guards alone against their own past, and whole pipelines with them beside pipelines without.

The obedient model is scripted and does whatever any text asks: the worst case. A missing library is
an error here and never a skip: a gate that did not run must not look green.
"""

import pytest

from evals import guardrail_suites as suites
from evals.chat_model import needs_chat_model
from systems.rag import inbox

ANSWERERS = (
    "obedient",
    "extractive",
    pytest.param("chosen", marks=needs_chat_model),
)


def test_attacking_questions_are_refused(gate):
    gate(suites.QUESTIONS, inbox.questions())


def test_innocent_questions_are_let_through(gate):
    gate(suites.INNOCENT_QUESTIONS, inbox.questions())


def test_planted_orders_are_found(gate):
    gate(suites.DOCUMENTS, inbox.documents())


def test_innocent_sections_are_left_alone(gate):
    gate(suites.INNOCENT_DOCUMENTS, inbox.documents())


@pytest.mark.parametrize("answerer", ANSWERERS)
def test_attacks_on_a_guarded_pipeline(gate, answerer):
    gate(suites.ATTACKS, inbox.answering(answerer, guarded=True))


@pytest.mark.parametrize("answerer", ANSWERERS)
def test_guards_beside_no_guards_under_attack(gate, answerer):
    gate(
        suites.ATTACKS,
        inbox.answering(answerer, guarded=True),
        against=inbox.answering(answerer, guarded=False),
        policies=suites.CANDIDATE["guard-attacks"],
    )


@pytest.mark.parametrize("answerer", ANSWERERS)
def test_what_guards_cost_in_answers(gate, answerer):
    gate(
        suites.UTILITY,
        inbox.answering(answerer, guarded=True),
        against=inbox.answering(answerer, guarded=False),
        policies=suites.CANDIDATE["guard-utility"],
    )
