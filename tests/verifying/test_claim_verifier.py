"""What holds for every claim, and what each check was made for."""

import json
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.errors import UsageError
from holdfast.verifying.claim_verifier import ClaimVerifier

ROOT = Path(__file__).resolve().parents[2]
VERIFIER = ClaimVerifier()
BRIDGE = (
    "The council of Marrowby voted on Tuesday to close the old harbour bridge from 1 March.",
    "Engineers had found cracks in two of its seven piers in November.",
    "Edda Voss said that a new bridge would cost 4.2 million euros.",
    "The ferry company Lodestar bought three ships from Heron Yard for the crossing.",
)


def texts():
    lines = (ROOT / "datasets" / "claims" / "test.jsonl").read_text(encoding="utf-8").splitlines()
    return sorted({tuple(json.loads(line)["input"]["evidence"]) for line in lines})


TEXTS = texts()
places = st.sampled_from(TEXTS).flatmap(
    lambda text: st.tuples(st.just(text), st.integers(0, len(text) - 1))
)


def verdict(claim, evidence=BRIDGE):
    (found,) = VERIFIER.verify([claim], evidence)
    return found


@given(places)
def test_a_sentence_of_the_evidence_is_supported_by_itself(place):
    text, number = place
    found = verdict(text[number], text)
    assert found.supported
    assert found.grounds[0].text == number
    assert found.grounds[0].sentence == text[number]


@given(places, st.randoms(use_true_random=False), st.sampled_from(TEXTS))
def test_the_order_of_the_evidence_is_no_matter(place, dice, other):
    text, number = place
    claim = other[number % len(other)]
    shuffled = list(text)
    dice.shuffle(shuffled)
    assert verdict(claim, shuffled).score == pytest.approx(verdict(claim, text).score, abs=1e-12)


@given(places, st.sampled_from(TEXTS))
def test_the_claim_itself_among_the_evidence_never_lowers_its_score(place, other):
    text, number = place
    claim = text[number]
    before, after = verdict(claim, other).score, verdict(claim, (*other, claim)).score
    assert after >= before - 1e-9
    assert verdict(claim, (*other, claim)).supported


@given(st.integers(2, 9999), st.integers(2, 9999))
def test_another_number_is_not_supported(true, said):
    fact = "The warehouse in Pellworm holds {} crates of oranges."
    found = verdict(fact.format(said), [fact.format(true), *BRIDGE])
    assert found.supported == (true == said)
    if true != said:
        assert repr(str(said)) in found.why


@pytest.mark.parametrize("true", [1400, 1776, 1999, 2100])
@pytest.mark.parametrize("said", [2, 7, 399, 1401, 1984])
def test_a_count_that_could_be_a_year_is_a_count(true, said):
    fact = "The warehouse in Pellworm holds {} crates of oranges."
    assert not verdict(fact.format(said), [fact.format(true), *BRIDGE]).supported
    assert verdict(fact.format(true), [fact.format(true), *BRIDGE]).supported


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        ("Engineers had found cracks in five of its seven piers.", "'five'"),
        ("The council voted on Friday to close the old harbour bridge.", "'Friday'"),
        ("The council of Marrowby did not vote to close the old harbour bridge.", "denies"),
        ("Heron Yard bought three ships from the ferry company Lodestar.", "'Heron Yard'"),
        ("Mirko Hale said that a new bridge would cost 4.2 million euros.", "'Mirko Hale'"),
        ("Lodestar sold three ships to Heron Yard.", "'sell'"),
        ("Lodestar alone bought three ships from Heron Yard for the crossing.", "'alone'"),
        ("Engineers had found rust in the windows of the town hall.", "'rust'"),
    ],
)
def test_what_is_wrong_is_not_supported_and_is_told(claim, told):
    found = verdict(claim)
    assert not found.supported
    assert told in found.why


@pytest.mark.parametrize(
    "claim",
    [
        "A new bridge would cost 4,200,000 euros, according to Edda Voss.",
        "Cracks were found in 2 of its 7 piers.",
        "Lodestar purchased 3 ships from Heron Yard.",
        "The harbour bridge will be closed from 1 March.",
    ],
)
def test_what_is_said_in_other_words_is_supported(claim):
    assert verdict(claim).supported


@pytest.mark.parametrize(
    ("claim", "fact"),
    [
        ("The council voted to close the bridge.", "On 3 May the council voted to close it, the "
         "harbour bridge."),
        ("The museum opened in 1998.", "The museum did not open until 1998."),
        ("Moen beat Hale in the final.", "Moen defeated Hale in the final."),
        ("More than 1,000 people left Monchique.", "1,187 people left Monchique."),
        ("The United States Senate passed the bill.", "The U.S. Senate passed the bill."),
        ("The law takes effect on 1 July 2015.", "The law takes effect on 2015-07-01."),
        ("A man was held over the robbery in Newry.", "After the robbery in Newry a man was held."),
        ("Shares fell by eight per cent on Monday.", "Shares fell 8% on Monday."),
        ("The bridge isn't open on Mondays.", "The bridge is not open on Mondays."),
    ],
)  # fmt: skip
def test_what_a_summary_says_of_a_fact_is_supported(claim, fact):
    assert verdict(claim, [fact, *BRIDGE[1:]]).supported


def test_what_can_happen_is_no_stronger_than_what_may_happen():
    fact = "Severe deficiency of the vitamin may lead to soft bones in adults."
    claims = (fact.replace("may", "can"), fact.replace("may lead", "leads"))
    can, does = VERIFIER.verify(claims, [fact])
    assert can.supported
    assert not does.supported


def test_a_claim_of_two_sentences_is_as_good_as_the_weaker():
    good = "Engineers had found cracks in two of its seven piers."
    bad = "The mayor resigned in October."
    both = verdict(f"{good} {bad}")
    assert both.score == min(verdict(good).score, verdict(bad).score)


def test_evidence_may_be_whole_passages():
    passages = ["It rained. " + " ".join(BRIDGE[:2]), " ".join(BRIDGE[2:])]
    (found,) = VERIFIER.verify(["A new bridge would cost 4.2 million euros."], passages)
    assert found.supported
    assert found.grounds[0].text == 1
    assert found.grounds[0].sentence == BRIDGE[2]


def test_a_label_of_metadata_is_no_part_of_the_evidence():
    title = "(meta data) TITLE: Lodestar buys ships"
    assert verdict("Lodestar buys ships.", [title]).supported
    assert not verdict("The title is meta data.", [title]).supported


@pytest.mark.parametrize("evidence", [(), ("",), ("42", "…")])
def test_nothing_supports_a_claim_where_there_is_no_evidence(evidence):
    found = verdict("Engineers had found cracks in the piers.", evidence)
    assert not found.supported
    assert found.why


@pytest.mark.parametrize("claim", ["", "Yes.", "…", "[1]"])
def test_what_says_nothing_is_not_supported_and_says_so(claim):
    found = verdict(claim)
    assert (found.score, found.supported) == (0.0, False)
    assert "nothing that can be checked" in found.why


@given(st.text(max_size=80), st.lists(st.text(max_size=80), max_size=4))
def test_any_text_gets_a_score(claim, evidence):
    assert 0.0 <= verdict(claim, evidence).score <= 1.0


def test_a_verifier_names_its_weights_and_its_threshold():
    spec = ClaimVerifier(threshold=0.6).spec
    assert spec.label == "claim-verifier(threshold=0.6)"
    assert set(spec.artifacts) == {"head.json", "meanings.safetensors"}
    with pytest.raises(UsageError, match=r"between 0 and 1, got 1\.5"):
        ClaimVerifier(threshold=1.5)
    with pytest.raises(FrozenInstanceError):
        spec.name = "other"


def test_a_page_without_a_full_stop_is_one_sentence_and_holds_nothing_up():
    words = " ".join(BRIDGE).replace(".", "").split()
    page = " ".join(f"{words[at % len(words)]} {at}" for at in range(10_000))
    right, wrong = VERIFIER.verify(
        ["The bridge would cost 4001 euros.", "Frogs ate 7 figs."], [page]
    )
    assert right.score > wrong.score
