"""What is no part of a claim does not count against it, and what is stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.verifying.claim_verifier import ClaimVerifier
from holdfast.verifying.marks import read_claim, without_lead, without_marks

VERIFIER = ClaimVerifier()
FACT = "The bridge at Marrowby opened in 2010 and cost 4m euros."
CLAIM = "The bridge at Marrowby opened in 2010"

MARKED = [
    f"{CLAIM} [1].",
    f"{CLAIM}.[1]",
    f"{CLAIM} [1][2].",
    f"{CLAIM} [1, 2].",
    f"{CLAIM} [1-3].",
    f"{CLAIM} [^3].",
    f"{CLAIM} [Source 3].",
    f"{CLAIM} (source: [3]).",
    f"{CLAIM}\u30101\u3011.",
    f"{CLAIM}\u30104:0\u2020source\u3011.",
    f"{CLAIM}.\u00b9",
    f"{CLAIM} ([1](https://example.org/page-77)).",
    f"{CLAIM} (https://example.org/2019/05/17/page).",
    "The [bridge](https://example.org/b?q=1) at Marrowby opened in 2010.",
    f"- **Opening**: {CLAIM} [3].",
    f"According to the page, {CLAIM}.",
    f"Based on the provided search results, {CLAIM}.",
    f"The article also states that {CLAIM}.",
    f"As stated in the source, {CLAIM}.",
]


@pytest.mark.parametrize("claim", MARKED)
def test_marks_of_a_claim_do_not_count_against_it(claim):
    (plain, marked) = VERIFIER.verify([f"{CLAIM}.", claim], [FACT])
    assert plain.supported
    assert marked.supported
    assert marked.claim == claim


@pytest.mark.parametrize("claim", [one.replace("2010", "2012") for one in MARKED])
def test_a_wrong_claim_stays_wrong_with_its_marks(claim):
    assert not VERIFIER.verify([claim], [FACT])[0].supported


@pytest.mark.parametrize(
    "fact",
    [
        "The bridge[14] at Marrowby opened in 2012.[15][16]",
        'The bridge at <a class="x-99" href="/wiki/5">Marrowby</a> opened in 2012.<br/>',
        "The bridge at Marrowby opened in 2012 (https://example.org/2010/03/04).",
        "The bridge at Marrowby&#39;s end opened in 2012.[citation needed]",
    ],
)
def test_numbers_in_marks_of_the_evidence_are_none_of_its_facts(fact):
    right, wrong = VERIFIER.verify(
        ["The bridge at Marrowby opened in 2012.", "The bridge at Marrowby opened in 2010."], [fact]
    )
    assert right.supported
    assert not wrong.supported
    assert right.grounds[0].sentence == fact


@pytest.mark.parametrize(
    "text",
    [
        "It opened in [2010] when x < 3 and y > 4.",
        "She said [the bridge] was closed at R&D; and Q&A.",
        "The area is 5 m\u00b2.",
        "In this town, nobody says that it sank.",
        "The report says that it sank.",
        "The documents show that he knew.",
    ],
)
def test_what_only_looks_like_a_mark_stays(text):
    assert read_claim(text) == (text,)


def test_a_claim_is_read_by_its_sentences_and_what_says_nothing_is_none():
    text = "Yes.[1] It sank.[2] See https://example.org/a.b?c=D. Nobody drowned.[3]"
    assert read_claim(text) == ("It sank.", "See .", "Nobody drowned.")


@given(st.text(alphabet="[]()<>\u3010\u3011&;#/:.,pw1a h^!\u00b9", max_size=60))
def test_any_text_has_marks_that_can_be_left_out(text):
    assert len(without_lead(without_marks(text))) <= len(text)


@given(st.text(alphabet="])>\u3011;#/.,pw1a h^!\n", max_size=60))
def test_a_text_without_marks_is_left_as_it_is(text):
    assert without_marks(text) == text


@pytest.mark.parametrize("part", ["[1, ", "[", "<p ", "&", "\u30101", "[a](", "(", "https://"])
def test_a_mark_that_never_ends_holds_nothing_up(part):
    text = "It sank. " + part * 5000
    assert without_marks(text).startswith("It sank.")
