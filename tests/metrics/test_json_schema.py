import json

import pytest
from jsonschema.validators import validator_for

from holdfast.errors import UsageError
from holdfast.metric import Failure
from holdfast.metrics import JsonSchema
from holdfast.system import Response

ORDER = {
    "type": "object",
    "properties": {"id": {"type": "integer"}, "due": {"type": "string", "format": "date"}},
    "required": ["id"],
    "additionalProperties": False,
}
DRAFTS = (
    "http://json-schema.org/draft-03/schema#",
    "http://json-schema.org/draft-04/schema#",
    "http://json-schema.org/draft-06/schema#",
    "http://json-schema.org/draft-07/schema#",
    "https://json-schema.org/draft/2019-09/schema",
    "https://json-schema.org/draft/2020-12/schema",
)


def score(make_trial, schema, answer):
    return JsonSchema(schema=schema)(make_trial(response=Response(text=json.dumps(answer))))


@pytest.mark.parametrize(
    ("answer", "value", "why"),
    [
        ({"id": 1}, 1.0, "valid under the schema"),
        ({"id": 1, "due": "2026-02-28"}, 1.0, "valid under the schema"),
        ({"id": 1, "due": "2026-02-30"}, 0.0, "due: '2026-02-30' is not a 'date'"),
        ({"id": "1"}, 0.0, "id: '1' is not of type 'integer'"),
        ({}, 0.0, "'id' is a required property"),
        ({"id": True}, 0.0, "id: True is not of type 'integer'"),
    ],
)
def test_an_answer_is_valid_or_the_reason_says_where_not(answer, value, why, make_trial):
    outcome = score(make_trial, ORDER, answer)
    assert (outcome.value, outcome.why) == (value, why)


@pytest.mark.parametrize("draft", DRAFTS)
def test_every_draft_is_its_own_language(draft, make_trial):
    # "const" came with draft 6, "dependentRequired" with 2019-09, "prefixItems" with 2020-12.
    schemas = (
        {"const": 1},
        {"dependentRequired": {"a": ["b"]}},
        {"prefixItems": [{"type": "string"}]},
        {"type": "string", "format": "email"},
    )
    for demand, wrong in zip(schemas, (2, {"a": 1}, [1], "nobody"), strict=True):
        schema = {"$schema": draft, **demand}
        cls = validator_for(schema)
        expected = cls(schema, format_checker=cls.FORMAT_CHECKER).is_valid(wrong)
        assert score(make_trial, schema, wrong).value == float(expected), schema
    newest = DRAFTS.index(draft) == len(DRAFTS) - 1
    assert score(make_trial, {"$schema": draft, **schemas[2]}, [1]).value == float(not newest)


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        ("date-time", "2026-01-01T00:00:00Z", "2026-01-01"),
        ("uri", "https://example.org/a", "example"),
        ("duration", "P1D", "a day"),
        ("hostname", "a.example.org", "-a-"),
        ("uuid", "12345678-1234-5678-1234-567812345678", "1234"),
    ],
)
def test_formats_are_checked(kind, right, wrong, make_trial):
    schema = {"type": "string", "format": kind}
    assert score(make_trial, schema, right).value == 1.0
    assert score(make_trial, schema, wrong).value == 0.0


def test_a_schema_may_refer_to_itself_and_to_nothing_outside(make_trial):
    inside = {"$defs": {"n": {"type": "integer"}}, "items": {"$ref": "#/$defs/n"}}
    assert score(make_trial, inside, [1]).value == 1.0
    assert score(make_trial, inside, ["1"]).value == 0.0
    outside = score(make_trial, {"$ref": "https://example.org/other.json"}, 1)
    assert isinstance(outside, Failure)
    assert "https://example.org/other.json" in outside.error and "$defs" in outside.error


@pytest.mark.parametrize(
    ("schema", "problem"),
    [
        ({"type": "integr"}, "the schema is not valid"),
        ({"$schema": "https://example.org/mine"}, "unknown draft 'https://example.org/mine'"),
    ],
)
def test_a_wrong_schema_is_no_verdict_on_the_answer(schema, problem, make_trial):
    outcome = score(make_trial, schema, 1)
    assert isinstance(outcome, Failure)
    assert problem in outcome.error


def test_a_case_may_carry_or_name_its_schema(make_trial):
    text = Response(text='{"id": 1}')
    assert JsonSchema()(make_trial({"schema": ORDER}, response=text)).value == 1.0
    assert "has no schema" in JsonSchema()(make_trial({}, response=text)).error
    named = JsonSchema(schemas={"order": ORDER, "none": {"type": "null"}})
    unnamed = named(make_trial(response=text))
    assert "names the schema None" in unnamed.error and "none, order" in unnamed.error


def test_no_json_is_a_bad_answer(make_trial):
    outcome = JsonSchema(schema=ORDER)(make_trial(response=Response(text="id 1")))
    assert outcome.value == 0.0
    assert "not JSON" in outcome.why


def test_tuples_of_a_system_are_lists(make_trial):
    schema = {"type": "array", "items": {"type": "integer"}}
    assert JsonSchema(schema=schema)(make_trial(response=Response(data=(1, 2)))).value == 1.0


def test_another_schema_is_another_metric():
    one, other = JsonSchema(schema=ORDER), JsonSchema(schema={**ORDER, "required": []})
    assert one.spec.label == other.spec.label == "json_schema"
    assert one.spec.digest != other.spec.digest
    with pytest.raises(UsageError, match="not both"):
        JsonSchema(schema=ORDER, schemas={"a": ORDER})


def test_a_draft_3_union_of_schemas_can_be_wrong(make_trial):
    schema = {"$schema": DRAFTS[0], "type": ["integer", {"type": "object"}]}
    assert score(make_trial, schema, 1).value == 1.0
    assert score(make_trial, schema, "x").value == 0.0


def test_the_outermost_mistake_is_told_first(make_trial):
    outcome = score(make_trial, ORDER, {"due": "soon"})
    assert outcome.why == "'id' is a required property (and 1 more)"
