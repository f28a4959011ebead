import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.metrics import ValidJson
from holdfast.system import Response

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(value=VALUES, indent=st.none() | st.integers(0, 3))
def test_whatever_a_writer_of_json_writes_is_valid(value, indent, make_trial):
    text = json.dumps(value, indent=indent, allow_nan=True)
    finite = "Infinity" not in text or "Infinity" in json.dumps(str(value))
    outcome = ValidJson()(make_trial(response=Response(text=text)))
    assert outcome.value == 1.0 or not finite


@given(value=VALUES, rest=st.sampled_from(["x", "{}", ",", "```", "\ufeff"]))
def test_nothing_may_stand_behind_it(value, rest, make_trial):
    text = json.dumps(value) + " " + rest
    assert ValidJson()(make_trial(response=Response(text=text))).value == 0.0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "Sure: {}",
        "{'a': 1}",
        '{"a": 1,}',
        "[1, 2",
        "[NaN]",
        "[-Infinity]",
        "01",
        "+1",
        ".5",
        "1.",
        "True",
        '"a\nb"',
        '"\\x41"',
        "\ufeff{}",
        "// a\n{}",
        "[" * 100_000,
    ],
)
def test_what_rfc_8259_does_not_allow_scores_nothing_and_says_why(text, make_trial):
    outcome = ValidJson()(make_trial(response=Response(text=text)))
    assert outcome.value == 0.0
    assert "JSON" in outcome.why


@pytest.mark.parametrize(
    "text", ['"text"', "null", "-0", "1e5", "\t[]\r\n", '{"a":1,"a":2}', "9" * 5_000, "1e999"]
)
def test_every_value_is_a_json_text(text, make_trial):
    assert ValidJson()(make_trial(response=Response(text=text))).value == 1.0


def test_the_place_of_the_mistake_is_told(make_trial):
    outcome = ValidJson()(make_trial(response=Response(text='{\n"a": tru}')))
    assert "line 2, column 6" in outcome.why


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('Here it is:\n```json\n{"a": 1}\n```\nBye.', 1.0),
        ("```\n[1]\n```", 1.0),
        ("~~~~JSON\n[1]\n~~~~", 1.0),
        ("```python\nprint()\n```\n```json\n{}\n```", 1.0),
        ("```json\n{} x\n```\n```json\n{}\n```", 0.0),
        ("```json\n[1]", 1.0),
        ('{"a": 1}', 1.0),
        ("Here it is: {}", 0.0),
        ('````json\n{"a": "```"}\n````', 1.0),
    ],
)
def test_the_first_fenced_block_counts_where_that_is_asked_for(text, value, make_trial):
    assert ValidJson(fenced=True)(make_trial(response=Response(text=text))).value == value


def test_a_fence_is_no_json_unless_it_is_asked_for(make_trial):
    assert ValidJson()(make_trial(response=Response(text="```json\n{}\n```"))).value == 0.0


def test_structured_data_without_a_text_is_valid(make_trial):
    assert ValidJson()(make_trial(response=Response(data={"a": 1}))).value == 1.0
    assert ValidJson()(make_trial(response=Response(data={"a": 1}, text="{a"))).value == 0.0
