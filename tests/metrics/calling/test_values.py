import pytest

from holdfast.metrics.calling.signature import Parameter, read_signatures
from holdfast.metrics.calling.values import value_error

TEXT, WHOLE, DECIMAL = Parameter(kind="str"), Parameter(kind="int"), Parameter(kind="float")
TEXTS, DECIMALS = (
    Parameter(kind="list", items="str"),
    Parameter(kind="list", items="float"),
)
OBJECT, OBJECTS = Parameter(kind="dict"), Parameter(kind="list", items="dict")


@pytest.mark.parametrize(
    ("value", "accepted", "parameter"),
    [
        ("new york, ny", ["New York NY"], TEXT),
        ("a_b-c^d*e/f.g", ["abcdefg"], TEXT),
        ("it's", ['It"s'], TEXT),
        (5, [5.0], DECIMAL),
        (5, [5], DECIMAL),
        (True, [True, ""], Parameter(kind="bool")),
        (["oslo", "Lima"], [["Oslo", "Lima"]], TEXTS),
        ([], [["Oslo"], ""], TEXTS),
        ([1, 2.5], [[1, 2.5]], DECIMALS),
        ({"min": 3, "city": "oslo"}, [{"min": [3, 4], "city": ["Oslo"], "max": ["", 9]}], OBJECT),
        ([{"a": 1}], [[{"a": [1]}]], OBJECTS),
        ("velocity", ["velocity"], WHOLE),  # a variable's name
        (None, [None, ""], TEXT),
        (4, [4, "four"], Parameter()),
        (4, [4.0], Parameter()),
    ],
)
def test_an_accepted_value_is_accepted(value, accepted, parameter):
    assert value_error(value, accepted, parameter) == ""


@pytest.mark.parametrize(
    ("value", "accepted", "parameter", "why"),
    [
        ("Osl", ["Oslo"], TEXT, "none of"),
        (5.0, [5], WHOLE, "decimal number and not a whole number"),
        ("5", [5], WHOLE, "is text"),
        (True, [1], WHOLE, "true or false"),
        (1, [True], Parameter(kind="bool"), "whole number"),
        (6, [5], WHOLE, "none of"),
        (["Lima", "Oslo"], [["Oslo", "Lima"]], TEXTS, "none of"),
        ([1], [["Oslo"]], TEXTS, "items of another kind"),
        ([1, 2], [[1.5, 2]], DECIMALS, "items of another kind"),
        ({"min": 3, "odd": 1}, [{"min": [3]}], OBJECT, "none of"),
        ({}, [{"min": [3]}], OBJECT, "none of"),
        ({"min": 3}, [""], OBJECT, "none of"),
        ([{"a": 1}], [[{"a": [1]}, {"a": [2]}]], OBJECTS, "none of"),
        ("Velocity", [5, "velocity"], WHOLE, "is text"),
        (None, ["Oslo"], TEXT, "null"),
        ("4", [4], Parameter(), "none of"),
        (4.0, [4], Parameter(), "none of"),
    ],
)
def test_another_value_or_kind_is_not(value, accepted, parameter, why):
    assert why in value_error(value, accepted, parameter)


def test_a_number_of_json_schema_may_be_whole_inside_a_list_too():
    tool = {
        "type": "function",
        "function": {
            "name": "plot",
            "parameters": {
                "type": "object",
                "properties": {"points": {"type": "array", "items": {"type": "number"}}},
            },
        },
    }
    parameter = read_signatures({"tools": [tool]})["plot"].parameters["points"]
    assert value_error([1, 2], [[1.0, 2]], parameter) == ""


@pytest.mark.parametrize("key", ["parameters", "input_schema", "inputSchema"])
def test_tools_are_read_from_the_protocols_that_describe_them(key):
    schema = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    signature = read_signatures({"tools": [{"name": "rain", key: schema}]})["rain"]
    assert signature.parameters["city"].kind == "str" and signature.required == ("city",)


@pytest.mark.parametrize("given", [None, "text", {}, {"tools": "x"}, {"tools": [1, {"name": 2}]}])
def test_an_input_without_tools_describes_none(given):
    assert read_signatures(given) == {}
