"""Declining as it is worded, and facts that look like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from systems.rag.answering.declining import UNTOLD, declines

DECLINED = (
    UNTOLD,
    "The documents do not tell [1].",
    "The documents do not tell when the ferry leaves [1, 2].",
    "The passages do not mention a price.",
    "The provided documents don't say anything about rent [3].",
    "Passage 2 does not state a date.",
    "Passages 1 and 3 do not specify it.",
    "The documents I was given do not answer this.",
    "These excerpts do not explicitly mention dogs.",
    "The given context does not contain enough information to answer the question.",
    "The context doesn't provide any details about the fee [2].",
    "The handbook does not address remote work from ships.",
    "None of the passages mention the founder.",
    "None of the documents tells who signed.",
    "No passage answers this.",
    "No document mentions it.",
    "Neither passage says when.",
    "Nothing in the documents says who owns it.",
    "The documents say nothing about pets [1].",
    "The documents make no mention of a refund.",
    "The documents contain no information on this.",
    "The passages give no date.",
    "The documents are silent on this.",
    "The documents fail to mention the year.",
    "The documents never mention a founder.",
    "The documents leave that open.",
    "The documents lack this information.",
    "This is not stated in the documents.",
    "The price of the ferry is not mentioned anywhere in the passages [2].",
    "Not mentioned in the documents.",
    "The answer is not in the documents.",
    "It cannot be determined from the passages.",
    "The answer can't be found in the provided documents.",
    "It is unclear from the documents [1].",
    "There is no information about parking in the documents [1].",
    "There is no information about parking.",
    "There is no mention of dogs.",
    "No information about the fee is available.",
    "No details are given.",
    "Not enough information to answer.",
    "I do not know.",
    "I don't know [1].",
    "I cannot tell from the passages.",
    "I'm unable to answer that.",
    "I could not find this in the documents.",
    "I have no information on that.",
    "I do not have enough information to answer.",
    "I'm not sure.",
    "I can't help with that.",
    "Unknown.",
    "Not stated.",
    "It is not known.",
    "The price is not specified.",
    "Unfortunately, the documents do not say.",
    "I'm sorry, but the passages do not mention this.",
    "Based on the provided passages, I cannot answer the question.",
    "According to the documents, there is no information about this.",
    "It seems that the documents do not cover this.",
    "**The documents do not tell.**",
    '"The documents do not tell."',
    '{"The documents do not tell.',
    '{"answer": "The documents do not tell."}',
    "The documents do not mention \"E-131\".",
    "The documents do not say. Please ask your lead.",
    "I don't know; you may want to contact the help desk.",
    "Sorry, I do not know. Let me know if I can help with anything else.",
    "The documents mention the ferry but do not say when it leaves.",
    "The passages [1] and [2] only describe the opening hours; they do not state a price.",
    "The passages describe the ferry, but not its price.",
    "The documents do not say when. They only describe the fares.",
    "As the documents do not mention it, I cannot answer.",
    "The documents do not say whether dogs, cats and birds are allowed.",
    " ",
)  # fmt: skip

TOLD = (
    "120 euros",
    "No document is needed to enter.",
    "No documents have to be shown at the border [1].",
    "No passage is allowed between the decks.",
    "No source of heat may be nearer than two metres.",
    "No text messages are sent at night.",
    "No information may leave the house.",
    "No information is given to the press [2].",
    "No context switch takes longer than a millisecond.",
    "There is no information desk at the harbour [1].",
    "There is no information board in Hall 2.",
    "No answer within five days counts as a yes.",
    "It does not say so on the box.",
    "It does not mention rent [2].",
    "The shipping documents do not state the value of the goods [1].",
    "The documents of the ship do not state its cargo.",
    "The contract does not mention a notice period [2].",
    "The documents do not expire.",
    "The documents do not have to be signed [2].",
    "The documents do not need a stamp.",
    "The exported documents do not contain personal data [1].",
    "The documents do not contain personal data [1].",
    "The source does not give more than five volts [3].",
    "The key is not found in the safe but in the drawer.",
    "Leave is not given in December.",
    "Parcels are not provided by the courier.",
    "Lunch is not provided.",
    "The cause is not known [2].",
    "The cause cannot be determined [2].",
    "The price is not stated in the contract.",
    'Grey means "not known" and never "probably fine" [1].',
    'Say "I do not know" and call back [2].',
    "The auditor complained that the documents do not state a value [1].",
    "If the documents do not mention a limit, none applies [1].",
    "We do not know why the cell failed [2].",
    "Information that is not given in time is lost.",
    "I cannot stand on the ladder alone; two people are needed [1].",
    "The handbook says that dogs are allowed.",
    "According to the documents, no.",
    "Nothing in the box may be thrown away.",
    "None of the passages between the halls may be blocked.",
    "Yes [1].",
    "No [1].",
    "[2]",
)

BOTH = (
    "The documents do not say when, but it costs 5 euros [1].",
    "The documents do not tell why, but when [1].",
    "The documents do not tell. It is 5 euros [1].",
    "It costs 5 euros [1]; the documents do not say for whom.",
    "I do not know the date, but the price is 5 euros.",
    "Although the documents do not say when, it costs 5 euros.",
    "The documents do not say when, and it costs 5 euros.",
    "The documents do not require a stamp, so none is needed [1].",
    "The documents do not mention a limit, so you may take three.",
    "Yes, but the documents do not say since when.",
    "No, the documents do not mention dogs.",
    "The passages do not give the year. Ask Willa Byrne-Castell [2].",
    "The documents do not tell who pays – Stagfell does [3].",
)


@pytest.mark.parametrize("text", DECLINED)
def test_it_declines_what_says_that_documents_or_reader_do_not_tell(text):
    assert declines(text)


@pytest.mark.parametrize("text", TOLD)
def test_what_other_things_do_not_say_or_need_is_a_fact(text):
    assert not declines(text)


@pytest.mark.parametrize("text", BOTH)
def test_what_is_told_beside_a_decline_is_an_answer(text):
    assert not declines(text)


@given(
    declined=st.sampled_from([one for one in DECLINED if one.endswith(".")]),
    told=st.sampled_from(["It costs 5 euros [1].", "Bram Oosterhuis signed it.", "120 euros [2]."]),
    first=st.booleans(),
)
def test_an_answer_beside_any_decline_is_an_answer(declined, told, first):
    assert not declines(f"{told} {declined}" if first else f"{declined} {told}")


@given(
    st.sampled_from([one for one in DECLINED if one[0].isalpha()]),
    st.sampled_from(["Sorry. ", "\n", "Unfortunately, "]),
)
def test_an_excuse_does_not_change_what_is_said(declined, excuse):
    assert declines(excuse + declined)


@given(st.text(max_size=200))
def test_any_text_can_be_read(text):
    assert declines(text) in (True, False)
