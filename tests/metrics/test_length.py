import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.errors import UsageError
from holdfast.metric import Failure
from holdfast.metrics import Length, LengthWithin, Measure
from holdfast.system import Response

TOKENS = Measure(unit="tokens", tokenizer=str.split, tokenizer_name="spaces")


@pytest.mark.parametrize(
    ("measure", "text", "length"),
    [
        (Measure(unit="characters"), "Grüße\n", 6),
        (Measure(), "Don't stop: it's well-known — 3 times.", 6),
        (Measure(), "", 0),
        (Measure(unit="sentences"), "Dr. Smith paid $3.50. He left.", 2),
        (TOKENS, "one two", 2),
    ],
)
def test_a_text_is_as_long_as_its_parts_are_many(measure, text, length, make_trial):
    metric = Length(measure=measure)
    assert metric(make_trial(response=Response(text=text))).value == length
    assert metric.unit == measure.unit


@given(text=st.text(max_size=30), least=st.integers(0, 20), more=st.integers(0, 20))
def test_both_limits_count_as_within(text, least, more, make_trial):
    measure = Measure(unit="characters")
    metric = LengthWithin(measure=measure, least=least, most=least + more)
    outcome = metric(make_trial(response=Response(text=text)))
    assert outcome.value == float(least <= len(text) <= least + more)


def test_the_case_may_hold_the_limits(make_trial):
    response = Response(text="one two three")
    metric = LengthWithin()
    assert metric(make_trial({"length": {"most": 3}}, response=response)).value == 1.0
    outcome = metric(make_trial({"length": {"least": 4, "most": 9}}, response=response))
    assert (outcome.value, outcome.why) == (0.0, "3 words, asked for at least 4 and at most 9")
    assert isinstance(metric(make_trial(response=response)), Failure)


def test_a_length_in_tokens_names_its_tokenizer():
    assert Length(measure=TOKENS).spec.label == "length(unit=tokens, tokenizer=spaces)"
    with pytest.raises(UsageError, match="needs a tokenizer and its name"):
        Measure(unit="tokens")
    with pytest.raises(UsageError, match="unknown unit 'lines'"):
        Measure(unit="lines")
    with pytest.raises(UsageError, match="at least 5 and at most 4"):
        LengthWithin(least=5, most=4)
