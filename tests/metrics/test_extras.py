"""Metrics whose libraries are optional say how to install them."""

import sys

import pytest

from holdfast.errors import MissingExtra
from holdfast.metrics import (
    InstructionFollowing,
    JsonSchema,
    Language,
    LengthWithin,
    RegexMatch,
    json_schema,
    language,
    regex_match,
    sentences,
)
from holdfast.metrics.instructions import detection
from holdfast.metrics.length import Measure
from holdfast.system import Response

LOADED = (
    json_schema._validator,
    language._identifier,
    regex_match._compiled,
    sentences._punkt,
    sentences._treebank,
    detection._factory,
    detection._detected,
)


def instructed(name, **arguments):
    return {"instruction_id_list": [name], "kwargs": [arguments]}


@pytest.fixture
def forgotten():
    """Nothing that a metric has loaded is kept, before and after."""
    for loader in LOADED:
        loader.cache_clear()
    yield
    for loader in LOADED:
        loader.cache_clear()


@pytest.mark.parametrize(
    ("library", "metric", "expected", "extra"),
    [
        ("jsonschema", JsonSchema(schema={}), None, "schema"),
        ("re2", RegexMatch(pattern="a"), None, "regex"),
        ("py3langid.langid", Language(code="en"), None, "language"),
        ("punkt", LengthWithin(measure=Measure(unit="sentences"), most=1), None, "instructions"),
        (
            "nltk.tokenize.destructive",
            InstructionFollowing(),
            instructed(
                "change_case:capital_word_frequency",
                capital_frequency=1,
                capital_relation="at least",
            ),
            "instructions",
        ),
        (
            "langdetect",
            InstructionFollowing(),
            instructed("language:response_language", language="en"),
            "instructions",
        ),
    ],
)
def test_a_library_that_is_not_there_is_named_with_its_extra(
    library, metric, expected, extra, make_trial, monkeypatch, forgotten
):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MissingExtra, match=rf'pip install "holdfast\[{extra}\]"'):
        metric(make_trial(expected, response=Response(text='"Good morning"')))


def test_formats_that_nothing_checks_are_never_taken_for_valid(make_trial, monkeypatch, forgotten):
    import jsonschema

    checkers = dict(jsonschema.Draft202012Validator.FORMAT_CHECKER.checkers)
    del checkers["date-time"]
    monkeypatch.setattr(jsonschema.Draft202012Validator.FORMAT_CHECKER, "checkers", checkers)
    with pytest.raises(MissingExtra, match="holdfast"):
        JsonSchema(schema={})(make_trial(response=Response(text="1")))
