"""What an answer states besides saying that its documents do not tell."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.verifying.sentences import says_something, split
from holdfast.verifying.silence import without_silence

SILENT = (
    "The documents do not say who approves it.",
    "The documents do not tell who approves it [1].",
    "The provided passages don't mention a price [1, 2].",
    "Passage 2 does not state a date.",
    "The passages [1] and [2] do not specify it.",
    "None of the passages mention the founder.",
    "No document says that dogs are allowed.",
    "Nothing in the documents says who owns it.",
    "The documents say nothing about pets that are on board.",
    "The documents are silent on this.",
    "The documents give no date.",
    "The documents mention no fee.",
    "The documents do not give any details about the fee.",
    "The documents do not name the company.",
    "The documents don't say whether dogs, cats and birds are allowed.",
    "Who approves it is not stated in the documents [1].",
    "Who approves it is not specified.",
    "It is not stated who approves it.",
    "The price of the ferry is not mentioned anywhere in the passages [2].",
    "It cannot be determined from the passages who approves it.",
    "It is unclear from the documents [1].",
    "There is no information about parking.",
    "There is no mention of dogs in the documents.",
    "No details are given.",
    "Not stated.",
    "I do not know who approves it.",
    "I could not find the price in the documents.",
    "Unfortunately, the documents do not say who approves it.",
    "However, the handbook does not address this.",
    "I'm sorry, but the passages do not mention this.",
    "Based on the provided passages, there is no information about this.",
    "**The documents do not tell.**",
    'The documents do not mention "E-131; E-132".',
    "No, the documents do not mention dogs.",
    "As far as I can tell, the documents do not say.",
    "The documents do not say when, where or by whom it is approved.",
    "The documents leave that open.",
)

STATED = (
    "The documents say that travelling by air is not allowed [1].",
    "The documents say that the ferry does not run in winter.",
    "The documents do not allow dogs [1].",
    "The documents do not require a stamp.",
    "The handbook says dogs are not mentioned on the ticket.",
    "The documents say no dogs are allowed on board.",
    "The documents state that no dog is allowed.",
    "The documents say nothing may be stored there.",
    "The handbook states no employee has to travel on a Sunday.",
    "According to the documents, dogs are not allowed.",
    "The documents give no more than 18 weeks.",
    "The contract does not mention a notice period [2].",
    "The contract does not mention a notice period.",
    "The lease does not say who pays for the roof.",
    "The price is not stated in the contract.",
    "The minutes do not mention an election [2].",
    "The documents do not contain personal data [1].",
    "The exported documents do not contain personal data.",
    "No document is needed to enter.",
    "No information about customers may be given on the telephone.",
    "There was no indication that the valve leaked.",
    "There is no information desk at the harbour.",
    "The cause is not known.",
    "The cause is unknown [2].",
    "It is unclear who set the fire.",
    "The cause cannot be determined.",
    "The customer was not told.",
    "Lunch is not provided.",
    "It does not include a charger.",
    "They do not cover water damage.",
    "Nobody knows why the pump stopped.",
    "If the documents do not mention a limit, none applies.",
    "If a lot has no label, the documents do not state its value.",
    "Where the documents do not state a value, the clerk asks.",
    "The auditor complained that the documents do not state a value [1].",
    'Grey means "not stated" and never "probably fine".',
    'Say "I do not know; the documents do not say" and call back.',
    "Ask Willa Byrne-Castell.",
    "The alarm does not tell the room, only the rack.",
    "The documents describe the ferry.",
    "What cannot be read as a call stays in the text, where a metric sees it.",
    "He wrote: I do not know why it sank.",
    "The cause: unknown.",
    "It costs 5 euros [1].",
)

BESIDE = (
    ("The leave is 18 weeks [1], but the documents do not say who approves it.",
     "The leave is 18 weeks [1]"),
    ("The leave is 18 weeks, but the documents do not say who approves it [1].",
     "The leave is 18 weeks"),
    ("The leave is 18 weeks; who approves it is not stated in the documents.",
     "The leave is 18 weeks"),
    ("The leave is 18 weeks – the documents do not tell who approves it.",
     "The leave is 18 weeks"),
    ("The leave is 18 weeks, the documents do not tell who approves it.",
     "The leave is 18 weeks"),
    ("The leave is 18 weeks and the documents do not tell who approves it.",
     "The leave is 18 weeks"),
    ("The leave is 18 weeks (the documents do not say who approves it) [1].",
     "The leave is 18 weeks [1]."),
    ("Although the documents do not say when, it costs 5 euros.", "it costs 5 euros."),
    ("The documents do not say when, and it costs 5 euros.", "and it costs 5 euros."),
    ("The documents do not tell who pays – Stagfell does [3].", "Stagfell does [3]."),
    ("The documents do not mention a limit, so you may take three.", "so you may take three."),
    ("The documents do not forbid dogs or say so, and therefore they may come.",
     "The documents do not forbid dogs or say so, and therefore they may come."),
    ("The documents do not say that dogs are banned, and therefore they may come.",
     "therefore they may come."),
    ("The documents do not say who approves the leave, which lasts 18 weeks [1].",
     "which lasts 18 weeks [1]."),
    ("The documents do not tell: Odalys Finch approves it.", "Odalys Finch approves it."),
    ("The leave of parents: the documents do not say who approves it.", "The leave of parents"),
    ("The documents say that it is 18 weeks but do not say who approves it.",
     "The documents say that it is 18 weeks"),
    ("The documents describe the ferry, but not its price.", "The documents describe the ferry"),
    ("Yes, but the documents do not say since when.", "Yes"),
)  # fmt: skip


def stated(text):
    return [one for one in without_silence(split(text)) if says_something(one)]


@pytest.mark.parametrize("text", SILENT)
def test_saying_that_the_documents_do_not_tell_states_nothing(text):
    assert stated(text) == []


@pytest.mark.parametrize("text", STATED)
def test_what_documents_forbid_and_what_others_do_not_say_is_stated(text):
    assert stated(text) == [text]


@pytest.mark.parametrize(("text", "rest"), BESIDE)
def test_what_stands_beside_it_in_one_sentence_is_stated(text, rest):
    assert without_silence(split(text)) == (rest,)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("The documents describe the ferry. They do not say when it leaves.",
         ["The documents describe the ferry."]),
        ("The documents do not say when. They do not give any details.", []),
        ("The documents describe two machines. They do not include a charger.",
         ["The documents describe two machines.", "They do not include a charger."]),
        ("The documents do not say when. It costs 5 euros. They do not say so.",
         ["It costs 5 euros.", "They do not say so."]),
    ],
)  # fmt: skip
def test_pronouns_mean_the_documents_only_where_these_were_spoken_of(text, rest):
    assert stated(text) == rest


@given(
    silent=st.sampled_from(SILENT),
    told=st.sampled_from(["It costs 5 euros [1].", "Bram Oosterhuis signed it.", *STATED]),
    first=st.booleans(),
)
def test_what_is_stated_stays_whatever_silence_stands_beside_it(silent, told, first):
    if first or not re.match(r"(?:It|They) do", told):
        assert stated(f"{told} {silent}" if first else f"{silent} {told}") == [told]


@pytest.mark.parametrize("text", [")", "( )", "It costs 5 euros (see page 2)", "No fee (§ 3)\n"])
def test_a_bracket_at_the_very_end_is_read(text):
    assert without_silence([text]) == (text,)
    assert without_silence([f"The documents do not tell {text}"])


@pytest.mark.parametrize("told", ["It costs 5 euros [1].", *STATED])
def test_every_silence_leaves_every_statement_before_it(told):
    assert [silent for silent in SILENT if stated(f"{told} {silent}") != [told]] == []


@given(
    st.lists(
        st.sampled_from([*"();:,.-[]*", " ", "  ", "[1]", "If ", "but ", "It costs 5 euros"])
        | st.sampled_from(SILENT),
        max_size=12,
    ).map("".join)
    | st.text(max_size=200)
)
def test_any_text_can_be_read_and_nothing_is_added(text):
    sentences = split(text)
    rest = without_silence(sentences)
    assert len(rest) == len(sentences)
    for one, whole in zip(rest, sentences, strict=True):
        letters = iter(whole)
        assert all(letter in letters for letter in one)


@pytest.mark.parametrize(
    "part", ["cannot be found by ", "is not in the documents ", "no any (", ", so"]
)
def test_a_clause_without_end_is_stated_and_holds_nothing_up(part):
    text = part * 3000
    assert "".join(without_silence([text])).strip()
