"""The cases of tools keep their promises: schemas, accepted calls, words, counts and splits."""

import json
import re
from collections import Counter
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from holdfast.dataset import Case
from holdfast.metric import Failure
from holdfast.metrics.calling.accepted import read_accepted
from holdfast.metrics.calling.values import normal_text
from holdfast.readers import read_jsonl
from systems.tools.server.faults import read_fault

FOLDER = Path(__file__).parents[1] / "datasets" / "tools"
SPLITS = ("dev", "test")
OWN = ("single", "choice", "parallel", "decline")
ASSISTANT = ("weather", "stocks", "handbook", "several", "unfit", "retry", "report")
WORDINGS = ("plain", "terse", "indirect", "chatty")
SHIPPED = {"get_weather": {"city", "day"}, "get_stock_quote": {"company"}}
SHIPPED |= {"search_handbook": {"query"}}
# What an enumeration's values are called in the words of the questions that mean them.
LEAST_COPIED = 0.9


@cache
def cases(split: str) -> tuple[Case, ...]:
    return tuple(read_jsonl(FOLDER / f"{split}.jsonl"))


def every_case() -> list[Case]:
    return [case for split in SPLITS for case in cases(split)]


def own_cases() -> list[Case]:
    return [case for case in every_case() if "own-tools" in case.tags]


def kind_of(case: Case) -> str:
    (kind,) = set(case.tags) & {*OWN, *ASSISTANT}
    return kind


def template(question: str) -> set[tuple[str, ...]]:
    """Word 3-grams of a question in which numbers and capitalised words are masked."""
    words = re.findall(r"[\w'-]+", re.sub(r"\d[\w.:,-]*", "0", question))
    names = [word[0].isupper() and place > 0 for place, word in enumerate(words)]
    masked = ["*" if name else word.lower() for word, name in zip(words, names, strict=True)]
    return {tuple(masked[at : at + 3]) for at in range(max(1, len(masked) - 2))}


def test_ids_are_unique_and_say_split_and_kind() -> None:
    names = [case.id for case in every_case()]
    assert len(set(names)) == len(names) >= 240
    for split in SPLITS:
        for case in cases(split):
            assert re.fullmatch(rf"tools-{split}-{kind_of(case)}-\d\d", case.id), case.id


def test_tags_are_half_kind_and_wording() -> None:
    for case in every_case():
        half = "own-tools" if kind_of(case) in OWN else "assistant"
        wording = case.tags[2].removeprefix("wording:")
        assert case.tags == (half, kind_of(case), f"wording:{wording}"), case.id
        assert wording in WORDINGS and ("tools" in case.input) is (half == "own-tools")


def test_tools_are_valid_schemas_with_short_words() -> None:
    for case in own_cases():
        assert 1 <= len(case.input["tools"]) <= 4
        for tool in case.input["tools"]:
            Draft202012Validator.check_schema(tool["parameters"])
            assert set(tool["parameters"]["required"]) <= set(tool["parameters"]["properties"])
            assert tool["description"].endswith(".") and len(tool["description"]) <= 60


def test_the_tools_of_the_splits_are_others() -> None:
    names = [
        {tool["name"] for case in cases(split) for tool in case.input.get("tools", ())}
        for split in SPLITS
    ]
    assert not names[0] & names[1] and len(names[0] | names[1]) == 60


def test_every_accepted_value_is_valid_under_its_schema() -> None:
    for case in own_cases():
        schemas = {tool["name"]: tool["parameters"] for tool in case.input["tools"]}
        for call in case.expected["calls"]:
            ((tool, arguments),) = call.items()
            assert set(arguments) <= set(schemas[tool]["properties"]), case.id
            assert set(schemas[tool]["required"]) <= set(arguments), case.id
            for name, values in arguments.items():
                checks = Draft202012Validator(schemas[tool]["properties"][name])
                assert values and all(one == "" or checks.is_valid(one) for one in values), case.id
                assert "" not in values or name not in schemas[tool]["required"], case.id


def test_the_calls_of_the_assistant_are_of_its_tools() -> None:
    for case in every_case():
        assert not isinstance(read_accepted(case), Failure), case.id
        for call in case.expected["calls"] if "assistant" in case.tags else ():
            ((tool, arguments),) = call.items()
            assert set(arguments) == SHIPPED[tool], case.id


def test_numbers_and_names_can_be_copied_from_the_question() -> None:
    copied, all_values = 0, 0
    for case in every_case():
        asked = normal_text(case.input["question"])
        for call in case.expected["calls"]:
            for values in next(iter(call.values())).values():
                filled = [one for one in values if one != ""] if values != "any" else []
                said = [
                    all(normal_text(str(part)) in asked for part in _parts(one)) for one in filled
                ]
                copied += any(said)
                all_values += bool(filled)
    assert copied >= LEAST_COPIED * all_values


def _parts(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("split", SPLITS)
def test_each_kind_keeps_its_rule(split) -> None:
    for case in cases(split):
        kind, calls = kind_of(case), case.expected["calls"]
        counts = {"decline": {0}, "unfit": {0}, "parallel": {2, 3}, "several": {2}, "retry": {2}}
        assert len(calls) in counts.get(kind, {1}), case.id
        assert (len(case.input.get("tools", ())) >= 2) or kind not in ("choice",), case.id
        assert ("states" in case.expected) is ("assistant" in case.tags), case.id
        recovery = case.expected.get("recovery")
        assert recovery == (kind if kind in ("retry", "report") else None), case.id
        assert kind != "retry" or calls[0] == calls[1]
        fault = case.input.get("fault")
        assert fault is None or kind in ("retry", "report")
        if fault:
            assert (read_fault(fault).requests is not None) is (kind == "retry"), case.id


def test_no_question_is_another_with_the_names_swapped() -> None:
    templates = [(case.id, template(case.input["question"])) for case in every_case()]
    alike = [
        (first, second)
        for (first, left), (second, right) in combinations(templates, 2)
        if len(left) > 2 and len(left & right) >= 0.6 * len(left | right)
    ]
    assert alike == []


def test_the_card_states_the_true_counts() -> None:
    kinds = Counter((case.id.split("-")[1], kind_of(case)) for case in every_case())
    words = Counter((case.id.split("-")[1], case.tags[2]) for case in every_case())
    rows = [
        f"| {kind} | {kinds['dev', kind]} | {kinds['test', kind]} |" for kind in OWN + ASSISTANT
    ]
    for wording in WORDINGS:
        counts = [words[split, f"wording:{wording}"] for split in SPLITS]
        rows.append(f"| {wording} | {counts[0]} | {counts[1]} |")
    rows.append(f"{len(every_case())} cases, {len(cases('dev'))} in `dev.jsonl`")
    card = (FOLDER / "CARD.md").read_text("utf-8")
    assert not [row for row in rows if row not in card]


def test_every_line_is_plain_json() -> None:
    for split in SPLITS:
        lines = (FOLDER / f"{split}.jsonl").read_text("utf-8").splitlines()
        assert all(
            set(json.loads(line)) <= {"id", "input", "expected", "tags", "cluster"}
            for line in lines
        )
