import pytest

from evals.evidence import EvidenceInBudget
from holdfast.dataset import Case
from holdfast.errors import UsageError
from holdfast.metric import Failure, Trial
from holdfast.system import Passage, Response
from systems.rag.corpus import Corpus

CODES, TRAINS = "pump-manual#error-codes", "travel#trains"


@pytest.fixture
def score(documents):
    """Scores a response on a case with two graded sections."""

    def ask(response, *, words, passages=None):
        grades = {CODES: 2, TRAINS: 1} if passages is None else passages
        case = Case(id="a", input="?", expected={"passages": grades})
        trial = Trial(case=case, repeat=0, response=response, seconds=0.0)
        return EvidenceInBudget(words=words, corpus=Corpus(folder=documents))(trial)

    return ask


def found(*ids):
    return Response(passages=tuple(Passage(id=identity) for identity in ids))


def cut(*pieces):
    chunks = [{"words": words, "sections": spans} for words, spans in pieces]
    return Response(data={"chunks": chunks})


def test_sections_within_the_budget_count_by_their_grades(score):
    assert score(found(CODES, TRAINS), words=100).value == 1.0
    assert score(found(CODES, "travel#hotels"), words=100).value == pytest.approx(2 / 3)
    assert score(found(TRAINS), words=100).value == pytest.approx(1 / 3)


def test_what_exceeds_the_budget_is_left_out_with_all_that_follows(score):
    assert score(found(CODES, TRAINS), words=15).value == pytest.approx(2 / 3)
    assert score(found(CODES, TRAINS), words=14).value == 0.0


def test_a_chunk_counts_by_the_characters_that_it_holds(score, documents):
    section = Corpus(folder=documents).section(CODES)
    half = (len(section.heading) + 2 + len(section.text)) // 2
    response = cut((9, {CODES: [0, half]}))
    assert score(response, words=9).value == pytest.approx(1 / 3, abs=0.01)


def test_characters_in_two_chunks_count_once_and_cost_twice(score):
    twice = cut((9, {CODES: [0, 20]}), (9, {CODES: [10, 20]}))
    once = cut((9, {CODES: [0, 20]}))
    assert score(twice, words=18).value == score(once, words=18).value
    assert score(twice, words=18).why == "18 of 18 words"


def test_a_question_without_evidence_has_no_score(score):
    assert isinstance(score(found(CODES), words=9, passages={}), Failure)


def test_a_budget_of_nothing_is_refused(documents):
    with pytest.raises(UsageError, match="holds no evidence"):
        EvidenceInBudget(words=0, corpus=Corpus(folder=documents))
