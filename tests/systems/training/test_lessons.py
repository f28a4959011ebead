"""The text that nano learns from: the same every time, right by construction, and kept apart."""

import itertools
import json
import random
import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from systems.models.training import held_out, mixture
from systems.models.training.chance import Chance
from systems.models.training.events import deed
from systems.models.training.extraction import extraction
from systems.models.training.gadgets import GADGETS
from systems.models.training.mixture import lessons
from systems.models.training.names import person, place
from systems.models.training.passages import UNTOLD, passages
from systems.models.training.recall import recall
from systems.models.training.tool_use import tool_use
from systems.models.training.toolbox import TOOLS


def some(make, count=300, *, held=False):
    return [make(Chance(random=random.Random(n), held_out=held)) for n in range(count)]


def test_a_training_that_goes_on_sees_the_lessons_it_would_have_seen():
    whole = list(itertools.islice(lessons(seed=3), 60))
    assert list(itertools.islice(lessons(seed=3, start=40), 20)) == whole[40:]
    assert list(itertools.islice(lessons(seed=4), 60)) != whole


def test_every_skill_is_in_the_mixture():
    assert sum(mixture.SHARES.values()) == pytest.approx(1)
    assert len({skill.__name__ for skill in mixture.SHARES}) == 6


def test_records_are_json_whose_values_the_text_tells():
    for lesson in some(extraction):
        turns = [one for one in lesson.messages if one.role != "system"]
        for asked, answered in zip(turns[::2], turns[1::2], strict=True):
            record = json.loads(answered.content)
            for value in record.values():
                told = value if isinstance(value, list) else [value]
                words = [one for one in told if isinstance(one, str)]
                scale = {"positive", "negative", "neutral", "low", "medium", "high"}
                text = asked.content.lower()
                assert all(one.lower() in text or one in scale or len(one) < 9 for one in words)


def test_all_records_of_one_lesson_have_the_same_keys_in_the_same_order():
    for lesson in some(extraction):
        answers = [one.content for one in lesson.messages if one.role == "assistant"]
        assert len({tuple(json.loads(answer)) for answer in answers}) == 1


def test_calls_name_tools_at_hand_and_their_required_arguments():
    called = 0
    for lesson in some(tool_use):
        tools = {tool.name: tool.parameters for tool in lesson.tools}
        for call in (call for one in lesson.messages for call in one.tool_calls):
            called += 1
            schema = tools[call.name]
            assert set(schema["required"]) <= set(call.arguments) <= set(schema["properties"])
    assert called > 300


def test_texts_of_arguments_stand_in_what_the_user_said():
    for lesson in some(tool_use):
        said = " ".join(one.content for one in lesson.messages if one.role == "user").lower()
        for call in (call for one in lesson.messages for call in one.tool_calls):
            if call.name == "search_handbook":
                continue
            for value in call.arguments.values():
                shown = str(value).lower().replace("_", " ")
                assert shown in said or value is True


def test_answers_from_passages_stand_in_the_passage_they_cite():
    cited = 0
    for lesson in some(passages):
        shown = lesson.messages[1].content
        parts = dict(re.findall(r"^\[(\d+)\]:? (.*)$", shown, re.MULTILINE))
        for answer in (one.content for one in lesson.messages if one.role == "assistant"):
            if answer != UNTOLD:
                value, number = re.fullmatch(r"(.*) \[(\d+)\]", answer).groups()
                assert value.lower() in parts[number].lower()
                cited += 1
    assert cited > 300


def test_names_that_are_set_aside_are_never_learned():
    learned = {
        make(Chance(random=random.Random(n))) for make in (person, place) for n in range(3000)
    }
    aside = {
        make(Chance(random=random.Random(n), held_out=True))
        for make in (person, place)
        for n in range(3000)
    }
    assert len(aside) > 2000
    assert not learned & aside


def test_names_of_data_sets_are_never_made():
    name = person(Chance(random=random.Random(0)))
    reserved = Chance(random=random.Random(0), reserved=frozenset({name.lower()}))
    assert person(reserved) != name


def test_patterns_that_are_set_aside_are_never_learned():
    patterns = [f"pattern {n}" for n in range(13)]
    learned, aside = (Chance(random=random.Random(0), held_out=held) for held in (False, True))
    assert not set(learned.side(patterns)) & set(aside.side(patterns))
    assert set(learned.side(patterns)) | set(aside.side(patterns)) == set(patterns)


@pytest.mark.parametrize("skill", held_out.SETS)
def test_the_committed_cases_are_those_that_the_generator_makes(skill, nano_data):
    made = [json.loads(json.dumps(row)) for row in held_out.held_out(skill)]
    kept = [
        json.loads(line)
        for line in (nano_data / f"{skill}.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert kept == made


@pytest.mark.parametrize("skill", held_out.SETS)
def test_no_case_asks_the_same_as_another(skill, nano_data):
    rows = (nano_data / f"{skill}.jsonl").read_text(encoding="utf-8").splitlines()
    assert len({json.dumps(json.loads(row)["input"]) for row in rows}) == len(rows)


def test_the_number_of_a_line_is_right_and_the_only_one():
    asked = 0
    for lesson in some(recall, 400):
        told, *rest = lesson.messages
        if "[1] " not in told.content:
            continue
        lines = told.content.split("\n")[1:]
        for question, answer in zip(rest[::2], rest[1::2], strict=True):
            if not re.fullmatch(r"\[\d+\]", answer.content):
                continue
            asked += 1
            place = int(answer.content[1:-1]) - 1
            assert question.content in lines[place]
            if told.content.startswith("In which line"):
                whole = rf"(?<![\w.-]){re.escape(question.content)}(?![\w-])"
                assert sum(bool(re.search(whole, line)) for line in lines) == 1
    assert asked > 100


@given(seed=st.integers(0, 10_000))
def test_an_open_question_about_a_deed_is_not_among_those_that_it_answers(seed):
    made = deed(Chance(random=random.Random(seed)))
    assert made.open not in {question for question, _ in made.asks}
    assert all(found in made.said for _, found in made.asks)


@pytest.mark.parametrize(
    "gadget", [*GADGETS.learned, *GADGETS.measured], ids=lambda gadget: gadget.name
)
def test_every_wording_of_a_gadget_holds_all_that_it_needs(gadget):
    needed = {one.name for one in gadget.arguments if not one.optional}
    for asked in gadget.asks:
        assert {name for _, name, _, _ in string.Formatter().parse(asked) if name} == needed


def test_gadgets_are_no_tools_that_are_measured():
    measured = {kit.name for kit in (*TOOLS, *GADGETS.measured)}
    assert not {kit.name for kit in GADGETS.learned} & measured


@given(seed=st.integers(0, 10_000), pattern=st.sampled_from(("the {a} of {e} is {v}", "{e}'s {a}")))
def test_a_worn_pattern_keeps_every_place_to_fill(seed, pattern):
    worn = Chance(random=random.Random(seed), words=("blo", "rp")).worn(pattern)
    places = [name for _, name, _, _ in string.Formatter().parse(pattern) if name]
    assert [name for _, name, _, _ in string.Formatter().parse(worn) if name] == places
    assert (
        Chance(random=random.Random(seed), words=("blo",), held_out=True).worn(pattern) == pattern
    )


@given(seed=st.integers(0, 10_000))
def test_what_recall_asks_stands_in_the_text_beside_what_it_answers(seed):
    lesson = recall(Chance(random=random.Random(seed), words=("blo", "rp", "zim", "ta")))
    told = " ".join(one.content for one in lesson.messages if one.role != "assistant").casefold()
    for said in (one.content for one in lesson.messages if one.role == "assistant"):
        if said.startswith("{"):
            values = [value for value in json.loads(said).values() if value is not None]
        else:
            values = [re.sub(r" ?\[\d+\]$", "", said)]
        # A value that opens a sentence has a capital there: "Wool is the cover."
        assert all(value.casefold() in told for value in values)
