"""The extraction data keeps its promises: schemas, values, tags, counts and splits."""

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

FOLDER = Path(__file__).parents[1] / "datasets" / "extraction"
SPLITS = {"dev": 10, "test": 20}
STYLES = {"mail", "chat", "note", "notice", "call", "log", "form"}
LEVELS = {"easy", "medium", "hard"}
LONGEST = 80


@cache
def schemas() -> dict[str, Any]:
    paths = sorted((FOLDER / "schemas").glob("*.json"))
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in paths}


@cache
def rows(split: str) -> list[dict[str, Any]]:
    lines = (FOLDER / f"{split}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def everything() -> list[dict[str, Any]]:
    return [row for split in SPLITS for row in rows(split)]


def values(row: dict[str, Any]) -> list[tuple[str, Any]]:
    """Values by key, those of lists one by one."""
    return [
        (key, one)
        for key, value in row["expected"].items()
        for one in (value if isinstance(value, list) else [value])
    ]


def shown(number: float, text: str) -> bool:
    """Whether a number stands in a text as its plain digits, perhaps with zeros after them."""
    return bool(re.search(rf"(?<![\d.,]){re.escape(str(number))}(\.0+)?0*(?!\d|[.,]\d)", text))


@pytest.mark.parametrize("split", SPLITS)
def test_every_schema_has_its_share_of_the_split(split: str):
    found = Counter(row["input"]["schema"] for row in rows(split))
    assert found == dict.fromkeys(schemas(), SPLITS[split])


def test_schemas_are_valid_and_describe_every_key():
    assert len(schemas()) >= 10
    for name, schema in schemas().items():
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["title"] == name
        assert schema["required"] == list(schema["properties"])
        assert schema["additionalProperties"] is False
        assert all(one["description"] for one in schema["properties"].values())


def test_every_expected_object_is_valid_with_its_keys_in_order():
    for row in everything():
        schema = schemas()[row["input"]["schema"]]
        jsonschema.validate(row["expected"], schema)
        assert list(row["expected"]) == list(schema["properties"]), row["id"]


def test_texts_stand_verbatim_in_the_text_and_whole_numbers_have_no_point():
    for row in everything():
        schema = schemas()[row["input"]["schema"]]
        for key, value in values(row):
            if isinstance(value, str) and "enum" not in schema["properties"][key]:
                assert value in row["input"]["text"], (row["id"], key)
            assert not (isinstance(value, float) and value.is_integer()), (row["id"], key)


def test_ids_and_texts_occur_once():
    found = everything()
    assert len({row["id"] for row in found}) == len(found)
    assert len({row["input"]["text"] for row in found}) == len(found)
    assert max(len(row["input"]["text"].split()) for row in found) <= LONGEST


def test_more_than_half_is_written_by_hand():
    written = [row for row in everything() if "written" in row["tags"]]
    assert len(written) > len(everything()) / 2


def test_tags_say_what_is_so():
    for row in everything():
        tags, text = set(row["tags"]), row["input"]["text"]
        numbers = [
            value
            for _, value in values(row)
            if isinstance(value, int | float) and not isinstance(value, bool)
        ]
        lists = [value for value in row["expected"].values() if isinstance(value, list)]
        empty = any(value is None or value == [] for value in row["expected"].values())
        assert ("missing" in tags) == empty, row["id"]
        assert ("list" in tags) == any(len(one) > 1 for one in lists), row["id"]
        assert ("decimal" in tags) == any(isinstance(one, float) for one in numbers), row["id"]
        assert ("number-format" in tags) == (not all(shown(n, text) for n in numbers)), row["id"]
        assert len(tags & LEVELS) == len(tags & {"written", "patterned"}) == 1
        assert len(tags & {"plain-keys", "house-keys"}) == 1
        assert f"schema:{row['input']['schema']}" in tags
        assert len({f"style:{style}" for style in STYLES} & tags) == 1


def test_the_card_counts_right():
    card = (FOLDER / "CARD.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| ([a-z-]+) \| (\d+) \| (\d+) \|", card, re.M)
    assert len(table) >= 10
    for tag, *counts in table:
        found = [sum(tag in row["tags"] for row in rows(split)) for split in SPLITS]
        assert found == list(map(int, counts)), tag
