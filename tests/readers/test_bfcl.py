import json

import pytest

from holdfast.errors import DatasetError
from holdfast.readers import read_bfcl

TOOL = {"name": "rain", "parameters": {"type": "dict", "properties": {}, "required": []}}


def question(name="live_simple_3-1-0", turns=1):
    turn = [{"role": "user", "content": "Rain in Oslo?"}]
    return {"id": name, "question": [turn] * turns, "function": [TOOL]}


def written(path, *rows):
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def test_questions_and_answers_become_cases(tmp_path):
    answer = {"id": "live_simple_3-1-0", "ground_truth": [{"rain": {}}]}
    questions = written(tmp_path / "live.json", question())
    data = read_bfcl(questions, written(tmp_path / "answers.json", answer))
    (case,) = data
    assert data.name == "live" and case.tags == ("live_simple",)
    assert case.input == {"messages": question()["question"][0], "tools": [TOOL]}
    assert case.expected == {"calls": [{"rain": {}}]} and case.source.line == 1


def test_without_answers_no_call_is_right_or_any(tmp_path):
    questions = written(tmp_path / "q.json", question())
    assert [case.expected for case in read_bfcl(questions)] == [{"calls": []}]
    assert [case.expected for case in read_bfcl(questions, any_call=True)] == [{"calls": "any"}]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (question(turns=2), "several turns"),
        (question("other"), "no answer for 'other'"),
        ({**question(), "id": 3}, "expected a text as `id`"),
        ({**question(), "question": [["x"]]}, "is no object"),
    ],
)
def test_a_broken_row_is_named_with_its_line(row, why, tmp_path):
    answer = {"id": "live_simple_3-1-0", "ground_truth": []}
    data = read_bfcl(written(tmp_path / "q.json", row), written(tmp_path / "answers.json", answer))
    with pytest.raises(DatasetError, match=f"q.json:1: .*{why}"):
        list(data)
