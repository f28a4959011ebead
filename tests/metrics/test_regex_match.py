import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.metric import Failure
from holdfast.metrics import RegexMatch
from holdfast.system import Response


def score(make_trial, metric, text, expected=None):
    return metric(make_trial(expected, response=Response(text=text)))


@pytest.mark.parametrize(
    ("metric", "text", "value"),
    [
        (RegexMatch(pattern="[A-Z]+-[0-9]+"), "see AB-12", 1.0),
        (RegexMatch(pattern="[A-Z]+-[0-9]+", whole=True), "see AB-12", 0.0),
        (RegexMatch(pattern="[A-Z]+-[0-9]+", whole=True), "AB-12", 1.0),
        (RegexMatch(pattern="[A-Z]+-[0-9]+", whole=True), "AB-12\n", 0.0),
        (RegexMatch(pattern="(?i)sorry", absent=True), "SORRY", 0.0),
        (RegexMatch(pattern="(?i)sorry", absent=True), "Done.", 1.0),
        (RegexMatch(pattern=r"\pL+", whole=True), "straße", 1.0),
    ],
)
def test_the_text_or_a_part_of_it_matches(metric, text, value, make_trial):
    assert score(make_trial, metric, text).value == value


@given(text=st.text(alphabet="ab1 -\n", max_size=12), whole=st.booleans())
@pytest.mark.parametrize("pattern", ["a+b", "^a|b$", "(a|b)*1", "[^a]+", "a?b?1?", "(?s).", "b-?1"])
def test_plain_patterns_mean_what_they_mean_in_python(pattern, text, whole, make_trial):
    match = re.fullmatch if whole else re.search
    outcome = score(make_trial, RegexMatch(pattern=pattern, whole=whole), text)
    # "$" stands before a last line break in Python, and only at the end in RE2.
    expected = match(pattern.replace("$", r"\Z"), text)
    assert outcome.value == float(expected is not None)


def test_a_pattern_that_explodes_elsewhere_is_answered_at_once(make_trial):
    outcome = score(make_trial, RegexMatch(pattern="(a+)+b", whole=True), "a" * 50_000)
    assert outcome.value == 0.0


def test_the_case_may_hold_the_pattern(make_trial):
    metric = RegexMatch()
    assert score(make_trial, metric, "42", {"pattern": "[0-9]+"}).value == 1.0
    assert "has no pattern" in score(make_trial, metric, "42").error


@pytest.mark.parametrize("pattern", ["(", "(?=a)", r"(a)\1"])
def test_a_pattern_that_cannot_be_read_is_no_verdict_on_the_answer(pattern, make_trial):
    outcome = score(make_trial, RegexMatch(pattern=pattern), "aa")
    assert isinstance(outcome, Failure)
    assert repr(pattern) in outcome.error and "look-around" in outcome.error
