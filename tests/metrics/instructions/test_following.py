import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.errors import UsageError
from holdfast.metric import Failure
from holdfast.metrics import InstructionFollowing
from holdfast.metrics.instructions import INSTRUCTIONS, Instruction, followed
from holdfast.system import Response

# For each instruction: its arguments, answers that follow it and answers that do not.
EXAMPLES = {
    "change_case:capital_word_frequency": (
        {"capital_frequency": 2, "capital_relation": "at least"},
        ["NASA met the EU.", "WELL-KNOWN. OK"],
        ["NASA met him.", "WELL-KNOWN"],
    ),
    "change_case:english_capital": (
        {},
        ["THE WEATHER WAS LOVELY, AND WE WALKED ALONG THE RIVER UNTIL IT GOT DARK."],
        ["The weather was lovely.", "НАША ВСТРЕЧА БУДЕТ В ПОНЕДЕЛЬНИК.", "12"],
    ),
    "change_case:english_lowercase": (
        {},
        ["the meeting is on monday morning."],
        ["The meeting is on Monday morning.", "das treffen ist am montag um neun uhr.", "..."],
    ),
    "combination:repeat_prompt": (
        {"prompt_to_repeat": "Name a river. "},
        ["name a river. The Danube.", "\n Name a River.The Danube"],
        ["The Danube.", '"Name a river." The Danube', "Name  a river. The Danube"],
    ),
    "combination:two_responses": (
        {},
        ["one ****** two", "****** one ****** two ******", "one*******two"],
        ["one", "one ****** one", "a****** b ******c", "a ****** ****** b", "a *** b"],
    ),
    "detectable_content:number_placeholders": (
        {"num_placeholders": 2},
        ["[name] of [place]", "[][]", "[a [b] c] [d]"],
        ["[name]", "[a\nb] [c]", "(a) (b)"],
    ),
    "detectable_content:postscript": (
        {"postscript_marker": "P.P.S"},
        ["Bye.\nP.P.S. hi", "p. p.s", "P.p.S"],
        ["Bye.\nP.S. hi", "PPS", "P.P.  S"],
    ),
    "detectable_format:constrained_response": (
        {},
        ["My answer is yes.", "Well. My answer is maybe. Bye"],
        ["my answer is yes.", "My answer is yes", "Yes."],
    ),
    "detectable_format:json_format": (
        {},
        ['{"a": 1}', '```json\n{"a": 1}\n```', "```\n[]```", "```JSON {} ```", "7", "NaN"],
        ["a", "```yaml\n{}\n```", "Here: {}", '{"a": 1}}'],
    ),
    "detectable_format:multiple_sections": (
        {"section_spliter": "Day", "num_sections": 2},
        ["Day 1\na\nDay 2\nb", "Day1 Day 2 Day 3", "Day 1 Day 1"],
        ["Day one, Day two", "day 1 day 2", "Day 1"],
    ),
    "detectable_format:number_bullet_lists": (
        {"num_bullets": 2},
        ["* a\n* b", "- a\n  * b", "--\n-x", "*a\n*b"],
        ["* a", "* a\n* b\n- c", "** a\n** b", "• a\n• b", "a\n---\n* b\n* c"],
    ),
    "detectable_format:number_highlighted_sections": (
        {"num_highlights": 2},
        ["*a* and *b*", "**a** *b*", "* a * * b *"],
        ["*a*", "*a\nb* c*", "** ** * *", "**a**", "no stars"],
    ),
    "detectable_format:title": (
        {},
        ["<<ode>>", "x <<a>> y", "<<< a >>>"],
        ["<ode>", "<<>>", "<< >>", "<<a\nb>>"],
    ),
    "keywords:existence": (
        {"keywords": ["sun", "moon"]},
        ["Sunday on the MOON", "moon sun"],
        ["sun", "s un moon"],
    ),
    "keywords:forbidden_words": (
        {"forbidden_words": ["sun", "moon"]},
        ["Sunday, moonlight", """ "sunny" """],
        ["the Sun", "a moon-lit road"],
    ),
    "keywords:frequency": (
        {"keyword": "sun", "frequency": 2, "relation": "less than"},
        ["sun", "none"],
        ["sun and Sunday", "sunsun"],
    ),
    "keywords:letter_frequency": (
        {"letter": "A", "let_frequency": 2, "let_relation": "at least"},
        ["aA", "banana"],
        ["a", "ä"],
    ),
    "language:response_language": (
        {"language": "de"},
        ["Das Treffen ist am Montag um neun Uhr.", "12345"],
        ["The meeting is on Monday at nine."],
    ),
    "length_constraints:nth_paragraph_first_word": (
        {"num_paragraphs": 2, "nth_paragraph": 2, "first_word": "Sure"},
        ["a\n\nSure, b", "a\n\n'sure' b", 'a\n\n"Sure!" b', "a\n\nsure b\n\n"],
        ["a\n\nSurely", "Sure\n\na", "a\n\nb\n\nSure", "\n\na\n\nSure", "a\nSure", "a\n\n*Sure*"],
    ),
    "length_constraints:number_paragraphs": (
        {"num_paragraphs": 2},
        ["a\n***\nb", "***\na\n***\nb\n***", "a***b", "***b***c"],
        ["a\n\nb", "a\n***\n***\nb", "a\n***\n", "a * * * b"],
    ),
    "length_constraints:number_sentences": (
        {"num_sentences": 2, "relation": "at least"},
        ["He left. She stayed.", "Yes! No? Fine."],
        ["Dr. Smith left at 3.30 p.m. on Monday", "one\ntwo"],
    ),
    "length_constraints:number_words": (
        {"num_words": 4, "relation": "less than"},
        ["one two three", "don't go", "...", "a_b c"],
        ["one two three four", "don't go there"],
    ),
    "punctuation:no_comma": ({}, ["a; b", "a， b"], ["a, b", "1,000"]),
    "startend:end_checker": (
        {"end_phrase": "Any questions?"},
        ["Done. any questions?", 'Done. "Any questions?"', "Any Questions? \n"],
        ["Any questions? Bye", "Any questions", "Any questions?*"],
    ),
    "startend:quotation": (
        {},
        ['"a"', ' "a" \n', '""', '"a" and "b"'],
        ["a", '"', "“a”", "'a'", '"a".'],
    ),
}
CASES = [
    (name, text, holds)
    for name, (_, good, bad) in EXAMPLES.items()
    for holds, texts in ((True, good), (False, bad))
    for text in texts
]


def instruction(name):
    return Instruction(id=name, arguments=EXAMPLES[name][0])


def test_there_are_examples_of_each_of_the_25_types():
    assert len(INSTRUCTIONS) == 25
    assert set(EXAMPLES) == set(INSTRUCTIONS)


@pytest.mark.parametrize(("name", "text", "holds"), CASES)
def test_an_answer_follows_or_does_not(name, text, holds):
    assert followed(text, [instruction(name)]) == (holds,)


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("text", ["", " \n\t"])
def test_an_empty_answer_follows_nothing(name, text):
    assert followed(text, [instruction(name)]) == followed(text, [instruction(name)], loose=True)
    assert followed(text, [instruction(name)]) == (False,)


PIECES = ["*a*", "one, two", "\n", "\n\n", "***", "Day 1", '"', "- x", "P.P.S", "sun moon", "[x]"]
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=9).map("".join)


@pytest.mark.parametrize("name", EXAMPLES)
@given(text=TEXTS)
def test_loose_never_fails_what_strict_passes(name, text):
    [strict] = followed(text, [instruction(name)])
    [loose] = followed(text, [instruction(name)], loose=True)
    assert loose or not strict


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("startend:quotation", 'Here it is:\n"a"'),
        ("startend:quotation", '"a"\nThat was it.'),
        ("startend:quotation", 'Well:\n"a"\nBye.'),
        ("startend:end_checker", "*Any questions?*"),
        ("punctuation:no_comma", "Well, here:\n**a b**"),
    ],
)
def test_loose_forgives_a_line_before_a_line_behind_and_asterisks(name, text):
    assert followed(text, [instruction(name)]) == (False,)
    assert followed(text, [instruction(name)], loose=True) == (True,)


@pytest.mark.parametrize(
    "name", [name for name, (arguments, _, _) in EXAMPLES.items() if arguments]
)
def test_an_instruction_without_its_arguments_is_no_verdict(name):
    with pytest.raises(UsageError, match=name):
        followed("Any text", [Instruction(id=name)])
    with pytest.raises(UsageError, match=name):
        followed("", [Instruction(id=name)])


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("length_constraints:number_words", {"num_words": -1, "relation": "at least"}),
        ("length_constraints:number_words", {"num_words": 3, "relation": "at most"}),
        ("length_constraints:number_words", {"num_words": True, "relation": "at least"}),
        ("keywords:letter_frequency", {**EXAMPLES["keywords:letter_frequency"][0], "letter": "ab"}),
        ("keywords:existence", {"keywords": []}),
        ("keywords:existence", {"keywords": "sun"}),
        (
            "length_constraints:nth_paragraph_first_word",
            {"num_paragraphs": 2, "nth_paragraph": 3, "first_word": "a"},
        ),
        ("startend:prefix", {}),
    ],
)
def test_a_wrong_argument_or_type_is_named(name, arguments):
    with pytest.raises(UsageError, match=name):
        followed("Any text", [Instruction(id=name, arguments=arguments)])


def test_whole_numbers_may_be_written_as_decimals():
    arguments = {"num_words": 2.0, "relation": "at least"}
    words = Instruction(id="length_constraints:number_words", arguments=arguments)
    assert followed("one two", [words]) == (True,)


def test_a_keyword_is_a_pattern_where_it_can_be_one():
    for keyword, text in (("a.c", "abc"), (":(", "sad :( today"), ("c++", "ccc")):
        existence = Instruction(id="keywords:existence", arguments={"keywords": [keyword]})
        assert followed(text, [existence]) == (True,)
    frowned = {"forbidden_words": [":("]}
    forbidden = Instruction(id="keywords:forbidden_words", arguments=frowned)
    assert followed("sad :( today", [forbidden]) == (False,)


EXPECTED = {
    "instruction_id_list": ["punctuation:no_comma", "startend:quotation"],
    "kwargs": [{}, {"num_words": None}],
}


@pytest.mark.parametrize("expected", [EXPECTED, {"instructions": EXPECTED, "answer": "x"}])
def test_a_prompt_counts_whole_or_by_the_share_of_its_instructions(expected, make_trial):
    trial = make_trial(expected, response=Response(text='"a, b"'))
    whole, part = InstructionFollowing()(trial), InstructionFollowing(level="instruction")(trial)
    assert (whole.value, part.value) == (0.0, 0.5)
    assert part.why == "1 of 2 instructions followed; not punctuation:no_comma"


@pytest.mark.parametrize(
    ("expected", "problem"),
    [
        (None, "has no instructions"),
        ({"instruction_id_list": [], "kwargs": []}, "has no instructions"),
        ({"instruction_id_list": ["punctuation:no_comma"]}, "as many kwargs"),
        ({"instruction_id_list": [1], "kwargs": [{}]}, "no id and mapping"),
        ({"instruction_id_list": ["startend:prefix"], "kwargs": [{}]}, "unknown instruction"),
    ],
)
def test_a_case_without_instructions_that_can_be_verified_is_no_verdict(
    expected, problem, make_trial
):
    outcome = InstructionFollowing()(make_trial(expected, response=Response(text="a")))
    assert isinstance(outcome, Failure)
    assert "case 'case-1'" in outcome.error and problem in outcome.error


def test_level_and_looseness_stand_in_the_label():
    assert InstructionFollowing(level="instruction", loose=True).spec.label == (
        "instruction_following(level=instruction, loose=true)"
    )
    with pytest.raises(UsageError, match="got 'case'"):
        InstructionFollowing(level="case")
