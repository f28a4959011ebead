"""Answers held against their passages and references."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.dataset import Case
from holdfast.errors import UsageError
from holdfast.metric import Failure, Trial
from holdfast.metrics import (
    AnswerCorrectness,
    AnswerRelevancy,
    AveragePrecision,
    CitationCorrectness,
    ContextPrecision,
    ContextRecall,
    Faithfulness,
)
from holdfast.metrics.grounding import citation_marks
from holdfast.system import Passage, Response, Spec
from systems.rag.answering.citations import read_citations

FERRY = Passage(id="ferry", text="The ferry to Sula leaves at 7.40 and carries 210 people.")
COST = Passage(id="cost", text="A return ticket to Sula costs 12 euros. Children travel free.")
KEEPER = Passage(id="keeper", text="Gerda Lund was the last keeper of the lighthouse until 1979.")


def answered(text="", *, passages=(FERRY, COST), expected=None, abstained=False, question="When?"):
    response = Response(text=text, passages=tuple(passages), abstained=abstained)
    case = Case(id="case-1", input=question, expected=expected)
    return Trial(case=case, repeat=0, response=response, seconds=1.0)


class LetterCounts:
    """An embedder that any reader can follow: how often each letter occurs, as a unit vector."""

    spec = Spec(name="letter-counts")

    def __call__(self, texts):
        rows = [[text.lower().count(letter) for letter in "abcdefghijklmnopqrstuvwxyz"]
                for text in texts]  # fmt: skip
        return [[count / (sum(c * c for c in row) ** 0.5 or 1.0) for count in row] for row in rows]


def test_faithfulness_is_the_share_of_supported_sentences():
    outcome = Faithfulness()(
        answered("Yes. The ferry carries 210 people. A ticket costs 21 euros.")
    )
    assert outcome.value == 0.5
    assert "1 of 2 sentences supported" in outcome.why
    assert "'21' where the evidence has '12'" in outcome.why
    assert COST.text.split(". ")[0] in outcome.why


def test_citations_are_no_part_of_what_an_answer_says():
    assert Faithfulness()(answered("The ferry carries 210 people [1].")).value == 1.0


PARTLY = (
    "The documents do not say who steers it.",
    "The documents do not tell who steers it [1].",
    "Who steers it is not stated in the documents.",
    "Unfortunately, there is no information about the crew.",
    "I do not know who steers it.",
)
TOLD = "The ferry carries 210 people [1]."


@pytest.mark.parametrize("silence", PARTLY)
@pytest.mark.parametrize("order", [1, -1])
def test_what_the_documents_do_not_tell_is_no_claim(silence, order):
    trial = answered(" ".join([TOLD, silence][::order]))
    assert Faithfulness()(trial) == Faithfulness()(answered(TOLD))
    assert CitationCorrectness()(trial) == CitationCorrectness()(answered(TOLD))


def test_a_claim_keeps_the_citation_at_the_end_of_its_sentence():
    trial = answered(
        "The ferry carries 210 people, but the documents do not say who steers it [1]."
    )
    assert Faithfulness()(trial).value == CitationCorrectness()(trial).value == 1.0


@pytest.mark.parametrize(
    "claim",
    [
        "The documents say that children are not allowed on board.",
        "The documents say no dogs are allowed on board.",
        "The contract does not mention a notice period.",
        "The cause of the delay is not known.",
    ],
)
def test_what_the_documents_would_have_to_say_is_a_claim(claim):
    assert Faithfulness()(answered(f"{TOLD} {claim}")).value == 0.5


def test_an_answer_that_says_only_that_the_documents_do_not_tell_claims_nothing():
    trial = answered(PARTLY[0])
    assert "nothing that can be checked" in Faithfulness()(trial).error
    assert Faithfulness(declined=1.0)(trial).value == 1.0
    assert "claims nothing that could be cited" in CitationCorrectness()(trial).error


def test_what_a_reference_says_not_to_be_told_is_not_looked_for_in_passages():
    expected = {"answer": f"The ferry carries 210 people. {PARTLY[0]}"}
    assert ContextRecall()(answered(expected=expected)).value == 1.0


def test_texts_may_be_given_by_id():
    bare = [Passage(id="ferry"), Passage(id="cost")]
    trial = answered("The ferry carries 210 people.", passages=bare)
    assert "passage 'ferry' has no text" in Faithfulness()(trial).error
    texts = {"ferry": FERRY.text, "cost": COST.text}
    assert Faithfulness(texts=texts)(trial).value == 1.0
    assert Faithfulness(texts=texts).spec != Faithfulness().spec


@pytest.mark.parametrize("text", ["", "Yes.", "The documents do not tell."])
def test_a_declined_answer_claims_nothing(text):
    trial = answered(text, abstained=True)
    outcome = Faithfulness()(trial)
    assert isinstance(outcome, Failure)
    assert outcome.stage == "metric"
    assert "declined=1.0" in outcome.error
    assert Faithfulness(declined=1.0)(trial).value == 1.0
    assert Faithfulness(declined=1.0).spec.label == "faithfulness(declined=1.0)"
    with pytest.raises(UsageError, match="from 0 to 1"):
        Faithfulness(declined=2.0)


def test_an_answer_without_passages_cannot_be_verified():
    assert "no passages" in Faithfulness()(answered("It sank.", passages=())).error


def test_metrics_that_may_err_are_judges():
    embedder = LetterCounts()
    assert Faithfulness().judge and ContextRecall().judge and CitationCorrectness().judge
    assert AnswerCorrectness().judge and AnswerRelevancy(embedder=embedder).judge
    assert not getattr(ContextPrecision(k=5), "judge", False)


def test_context_recall_is_the_share_of_the_reference_in_the_passages():
    expected = {"answer": "The ferry leaves at 7.40. The keeper was Gerda Lund."}
    outcome = ContextRecall()(answered(expected=expected))
    assert outcome.value == 0.5
    assert "missing: 'The keeper was Gerda Lund.'" in outcome.why
    assert ContextRecall()(answered(expected=expected, passages=(FERRY, KEEPER))).value == 1.0
    assert ContextRecall()(answered(expected=expected, passages=())).value == 0.0
    assert "no reference answer" in ContextRecall()(answered()).error


@pytest.mark.parametrize("answer", ["Yes.", ["No.", "no"], "[ferry]"])
def test_a_reference_that_says_nothing_but_yes_or_no_cannot_be_looked_for(answer):
    outcome = ContextRecall()(answered(expected={"answer": answer}))
    assert isinstance(outcome, Failure)
    assert "measure Recall" in outcome.error


def test_of_accepted_answers_those_that_say_something_are_looked_for():
    expected = {"answer": ["Yes.", "Yes, the ferry leaves at 7.40."]}
    assert ContextRecall()(answered(expected=expected)).value == 1.0


BY_SHIP = "May children travel free?"


@pytest.mark.parametrize(
    ("answer", "reference", "value"),
    [
        ("Yes [2].", "Yes.", 1.0),
        ("No [2].", "Yes.", 0.0),
        ("Children travel free.", "Yes.", 1.0),
        ("Children do not travel free.", "Yes.", 0.0),
        ("Children do not travel free.", "Yes, children travel free.", 0.0),
        ("12 euros", "No.", 0.0),
        ("No, it costs 12 euros.", "No; it costs 12 euros.", 1.0),
        ("Yes, it costs 12 euros.", "No; it costs 12 euros.", 0.0),
        ("It costs 12 euros.", "No; it costs 12 euros.", 1.0),
        ("Yes", ["No.", "Yes."], 1.0),
    ],
)
def test_yes_and_no_are_facts_of_a_reference(answer, reference, value):
    trial = answered(answer, expected={"answer": reference}, question=BY_SHIP)
    assert AnswerCorrectness()(trial).value == value


def test_the_opposite_is_worth_nothing_however_alike_it_looks():
    trial = answered("Yes, 12 euros.", expected="No, 12 euros.", question=BY_SHIP)
    assert AnswerCorrectness(embedder=LetterCounts())(trial).value == 0.0


def test_of_accepted_answers_the_best_counts():
    expected = {"answer": ["in the afternoon", "at 7.40"]}
    assert ContextRecall()(answered(expected=expected)).value == 1.0
    assert AnswerCorrectness()(answered("It leaves at 7.40.", expected=expected)).value == 1.0


@pytest.mark.parametrize(
    ("hits", "expected"),
    [("101", (1 + 2 / 3) / 2), ("0011", (1 / 3 + 2 / 4) / 2), ("1", 1.0), ("000", 0.0)],
)
def test_context_precision_is_the_mean_precision_at_relevant_ranks(hits, expected):
    passages = [Passage(id=f"{hit}-{rank}") for rank, hit in enumerate(hits)]
    relevant = {one.id: 1 for one in passages if one.id.startswith("1")} or {"elsewhere": 1}
    trial = answered(passages=passages, expected={"passages": relevant})
    assert ContextPrecision(k=10)(trial).value == pytest.approx(expected)


@given(st.lists(st.booleans(), min_size=1, max_size=12))
def test_context_precision_is_average_precision_where_nothing_was_missed(hits):
    passages = [Passage(id=f"p{rank}") for rank in range(len(hits))]
    relevant = {f"p{rank}": 1 for rank, hit in enumerate(hits) if hit} or {"elsewhere": 1}
    trial = answered(passages=passages, expected={"passages": relevant})
    ours, theirs = ContextPrecision(k=20)(trial), AveragePrecision()(trial)
    assert ours.value == pytest.approx(theirs.value)


@pytest.mark.parametrize(
    ("answer", "reference", "value"),
    [
        ("The ferry to Sula leaves at 7.40.", "7.40", 1.0),
        ("It leaves at 8.40.", "7.40", 0.0),
        ("Gerda Lund", "Gerda Lund", 1.0),
        ("twelve hundred", "1,200", 1.0),
        ("The tram was late.", "Gerda Lund", 0.0),
    ],
)
def test_a_short_reference_counts_by_its_recall(answer, reference, value):
    assert AnswerCorrectness()(answered(answer, expected=reference)).value == value


def test_a_long_reference_counts_by_f1():
    reference = "The ferry leaves Sula at 7.40 with mail."
    assert AnswerCorrectness()(answered(reference, expected=reference)).value == 1.0
    # Of five facts the answer says three (ferry, leaves, 7.40) and one besides (daily): 2 · 3 / 9.
    outcome = AnswerCorrectness()(answered("The ferry leaves daily at 7.40.", expected=reference))
    assert outcome.value == pytest.approx(6 / 9)
    assert outcome.why == "3 of 5 facts of the reference, 1 others in the answer"


def test_an_embedder_counts_a_quarter():
    metric = AnswerCorrectness(embedder=LetterCounts())
    assert metric(answered("Gerda Lund", expected="Gerda Lund")).value == pytest.approx(1.0)
    assert metric(answered("zzz", expected="Gerda Lund")).value == pytest.approx(0.0)
    assert metric.spec.label == "answer_correctness(few=4, embedder=letter-counts)"


def test_declining_what_has_an_answer_is_wrong_and_without_a_reference_there_is_no_verdict():
    declined = answered("The documents do not tell.", expected="7.40", abstained=True)
    assert AnswerCorrectness()(declined).value == 0.0
    assert "Abstention" in AnswerCorrectness()(answered("7.40", expected={"answer": None})).error


def test_relevancy_is_the_cosine_of_question_and_answer():
    metric = AnswerRelevancy(embedder=LetterCounts())
    assert metric(answered("When? [1]", question="When?")).value == pytest.approx(1.0)
    assert metric(answered("When?", question={"question": "When?"})).value == pytest.approx(1.0)
    assert metric(answered("pp", question="When?")).value == 0.0
    assert "declined=0.0" in metric(answered("", abstained=True)).error
    assert "is no question" in metric(answered("x", question=7)).error


def citing(text, part):
    return CitationCorrectness(part=part)(answered(text))


@pytest.mark.parametrize(
    ("text", "recall", "precision"),
    [
        ("The ferry carries 210 people [1]. A ticket costs 12 euros [2].", 1.0, 1.0),
        ("The ferry carries 210 people [ferry].", 1.0, 1.0),
        ("The ferry carries 210 people [2].", 0.0, 0.0),
        ("The ferry carries 210 people [1][2].", 1.0, 0.5),
        ("The ferry carries 210 people [1, 2].", 1.0, 0.5),
        ("The ferry carries 210 people. [1, 2] A ticket costs 12 euros. [2]", 1.0, 2 / 3),
        ("The ferry carries 210 people. [ferry] A ticket costs 12 euros. [2]", 1.0, 1.0),
        ("The ferry carries 210 people [9].", 0.0, 0.0),
        ("The ferry carries 210 people [1-2].", 1.0, 0.5),
        ("The ferry carries 210 people [2 – 1].", 1.0, 0.5),
        ("The ferry carries 210 people. [1 - 2] A ticket costs 12 euros. [2]", 1.0, 2 / 3),
        ("The ferry carries 210 people [1-3].", 1.0, 1 / 3),
        ("The ferry carries 210 people [1]. A ticket costs 12 euros.", 0.5, 1.0),
        ("The ferry carries 210 people.", 0.0, 0.0),
    ],
)
def test_citations_are_right_where_they_support_and_are_needed(text, recall, precision):
    assert citing(text, "recall").value == recall
    assert citing(text, "precision").value == precision
    total = recall + precision
    assert citing(text, "f1").value == pytest.approx(2 * recall * precision / total if total else 0)


def test_an_id_that_looks_like_a_range_is_an_id():
    chapter = Passage(id="1-2", text=FERRY.text)
    trial = answered("The ferry carries 210 people [1-2].", passages=(COST, KEEPER, chapter))
    assert CitationCorrectness()(trial).value == 1.0


def test_ids_may_stand_in_one_bracket_and_prose_is_no_id():
    assert citation_marks("It sank [log-7, trip#cost; b2].") == ("log-7", "trip#cost", "b2")
    assert citation_marks("It sank [Sula, Moen].") == ()


@pytest.mark.parametrize(
    "mark",
    [
        "[1]",
        "[ 1 ]",
        "[^1]",
        "[Source 1]",
        "[doc 1]",
        "\u30101\u3011",
        "\u30101\u2020ferry.txt\u3011",
    ],
)
def test_a_citation_may_have_other_brackets_and_a_label(mark):
    assert citation_marks(f"Nine{mark}.") == ("1",)
    for text in (f"The ferry carries 210 people {mark}.", f"The ferry carries 210 people.{mark}"):
        assert Faithfulness()(answered(text)).value == 1.0
        assert citing(text, "f1").value == 1.0


def test_several_marks_and_marks_with_lists_name_each_of_their_passages():
    assert citation_marks("It sank\u30101\u3011\u30102\u3011 [Sources 3, 5-6].") == (
        "1",
        "2",
        "3",
        "5",
        "6",
    )
    assert citation_marks("It sank [^1] [Source 2].", known={"^1"}) == ("^1", "2")
    assert citation_marks("It sank [2019] [sic] [source].") == ("2019", "sic", "source")


def test_the_engine_and_the_pipeline_read_the_same_numbers():
    for text in ("[1]", "[1, 3]", "[1-3]", "[3–1]", "[2–4, 1]", "[1; 2]", "[1 - 3, 7]"):
        cited = read_citations(f"Nine {text}.", count=9).known
        assert tuple(map(int, citation_marks(f"Nine {text}."))) == cited


def test_a_cited_passage_without_a_text_cannot_be_judged():
    bare = answered("The ferry carries 210 people [1].", passages=(Passage(id="ferry"),))
    assert "passage '1' has no text" in CitationCorrectness()(bare).error
    known = CitationCorrectness(texts={"ferry": FERRY.text})
    assert known(bare).value == 1.0


def test_a_list_of_citations_is_no_number_of_the_answer():
    trial = answered("The ferry carries 210 people [1, 2].")
    assert Faithfulness()(trial).value == 1.0


def test_a_wrong_citation_is_told():
    assert "'The ferry carries 210 people.' is not supported by [2]" in citing(
        "The ferry carries 210 people [2].", "recall"
    ).why.replace(" .", ".")
    assert "Abstention" in CitationCorrectness()(answered("No.", abstained=True)).error
    with pytest.raises(UsageError, match="'precision', 'recall' or 'f1'"):
        CitationCorrectness(part="both")
