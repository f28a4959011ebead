import pytest

from holdfast.dataset import Case
from holdfast.errors import DatasetError
from holdfast.readers import read_ifeval

LINE = (
    '{"key": 7, "prompt": "Say hello.", "instruction_id_list": ["punctuation:no_comma"], '
    '"kwargs": [{}]}\n'
)


def test_a_line_becomes_a_case_with_its_instructions_as_tags(tmp_path):
    file = tmp_path / "input_data.jsonl"
    file.write_text(LINE)
    data = read_ifeval(file)
    assert data.name == "input_data"
    parts = {"instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}]}
    assert list(data) == [
        Case(
            id="7",
            input="Say hello.",
            expected={"instructions": parts},
            tags=("punctuation:no_comma",),
        )
    ]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('{"key": 7, "prompt": "a", "kwargs": []}\n', "'instruction_id_list' is missing"),
        (LINE.replace('["punctuation:no_comma"]', '"a"'), "must be a list of ids, got 'a'"),
        (LINE + LINE, "'7' was used before"),
    ],
)
def test_a_wrong_line_is_named(line, problem, tmp_path):
    file = tmp_path / "wrong.jsonl"
    file.write_text(line)
    with pytest.raises(DatasetError, match=problem) as caught:
        list(read_ifeval(file))
    assert "wrong.jsonl:" in str(caught.value)
