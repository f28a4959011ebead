import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.dataset import Case
from holdfast.errors import DatasetError
from holdfast.readers import read_jsonl


@pytest.fixture
def write(tmp_path):
    """Writes lines (or bytes) to a file and gives its path."""

    def to_file(*lines, data=None):
        path = tmp_path / "cases.jsonl"
        path.write_bytes(data if data is not None else "\n".join(lines).encode())
        return path

    return to_file


def refused(path):
    with pytest.raises(DatasetError) as caught:
        list(read_jsonl(path))
    return str(caught.value)


def test_a_line_becomes_a_case(write):
    line = {
        "id": "a",
        "input": {"question": "Who?"},
        "expected": {"passages": {"p": 2}},
        "tags": ["people"],
        "cluster": "c",
        "note": "asked twice",
        "missing": "nothing",
    }
    data = read_jsonl(write(json.dumps(line)))
    assert data.name == "cases"
    assert list(data) == [
        Case(
            id="a",
            input={"question": "Who?"},
            expected={"passages": {"p": 2}},
            tags=("people",),
            cluster="c",
        )
    ]


def test_a_dataset_can_be_walked_twice_and_sees_the_file_as_it_is(write):
    path = write('{"id": "a", "input": "?"}')
    data = read_jsonl(path, name="mine")
    assert [case.id for case in data] == [case.id for case in data] == ["a"]
    write('{"id": "b", "input": "?"}')
    assert [case.id for case in data] == ["b"]


def test_a_change_of_folder_after_reading_does_not_matter(write, monkeypatch, tmp_path):
    write('{"id": "a", "input": "?"}')
    monkeypatch.chdir(tmp_path)
    data = read_jsonl("cases.jsonl")
    monkeypatch.chdir("/")
    assert [case.id for case in data] == ["a"]


def test_a_byte_order_mark_blank_lines_and_crlf_are_no_obstacle(write):
    text = '\ufeff{"id": "a", "input": "é"}\r\n\r\n  \n{"id": "b", "input": "x\u2028y"}\r\n'
    assert [case.input for case in read_jsonl(write(data=text.encode()))] == ["é", "x\u2028y"]


def test_a_whole_number_is_an_id_and_equals_its_digits(write):
    path = write('{"id": 7, "input": "?"}', '{"id": "7", "input": "?"}')
    assert refused(path) == (
        f"{path}:2: id '7' was used before, at {path}:1; ids pair a case with its baseline and "
        "must be unique"
    )


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('{"id": "a", "input": ', "not JSON: Expecting value at column"),
        ("[1, 2]", "write one object per line, without a list around them"),
        ('"text"', "expected a JSON object, got '\"text\"'"),
        ('{"input": "?"}', "the row has no 'id'"),
        ('{"id": "a"}', "the row has no 'input'"),
        ('{"id": " ", "input": "?"}', "the id is empty"),
        ('{"id": 1.5, "input": "?"}', "the id must be text or a whole number, got 1.5"),
        ('{"id": true, "input": "?"}', "the id must be text or a whole number, got True"),
        ('{"id": null, "input": "?"}', "the id must be text or a whole number, got None"),
        ('{"id": "a", "input": NaN}', "NaN is no JSON number"),
        ('{"id": "a", "input": -Infinity}', "-Infinity is no JSON number"),
        ('{"id": "a", "input": 1e999}', "the number 1e999 is too large"),
        ('{"id": "a", "id": "b", "input": 1}', "the key 'id' occurs twice in one object"),
        ('{"id": "a", "input": "?", "tags": "x"}', "tags must be a list of texts, got 'x'"),
        ('{"id": "a", "input": "?", "tags": [1]}', r"tags must be a list of texts, got [1]"),
        ('{"id": "a", "input": "?", "cluster": []}', "the cluster must be text, got []"),
        ('{"id": "a", "inptu": "?"}', "unknown key 'inptu'; did you mean 'input'? Known keys are"),
        (
            '{"id": "a", "input": "?", "difficulty": 3}',
            "more data belongs inside 'input' or 'expected', and remarks under 'note' or 'missing'",
        ),
        ('{"id": "a", "input": ' + "[" * 100_000, "recursion"),
    ],
)
def test_a_wrong_line_is_named_with_what_is_wrong(write, line, problem):
    path = write('{"id": "first", "input": "?"}', line)
    message = refused(path)
    assert message.startswith(f"{path}:2: ")
    assert problem in message


def test_bytes_that_are_not_utf8_are_placed(write):
    first = b'{"id": "a", "input": "?"}\n'
    path = write(data=first + b'{"id": "b", "input": "caf\xe9"}\n')
    offset = len(first) + len(b'{"id": "b", "input": "caf')
    assert f"{path}:2: byte 0xe9 at offset {offset} of the file is not UTF-8" in refused(path)


def test_a_utf16_file_is_recognized(write):
    assert "is UTF-16; save it as UTF-8" in refused(write(data='{"id": "a"}'.encode("utf-16")))


@pytest.mark.parametrize("data", [b"", b"\n \n"])
def test_a_file_without_cases_is_refused(write, data):
    assert "holds no cases; a suite over it could never fail" in refused(write(data=data))


def test_a_missing_file_is_refused_at_once_with_its_neighbours(write):
    path = write('{"id": "a", "input": "?"}')
    with pytest.raises(DatasetError, match=r"there is no file .*case\.jsonl.*are cases\.jsonl"):
        read_jsonl(path.with_name("case.jsonl"))


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(DatasetError, match="is a folder"):
        read_jsonl(tmp_path)


def test_memory_does_not_grow_with_the_length_of_the_texts(tmp_path):
    path = tmp_path / "long.jsonl"
    with path.open("w") as file:
        for number in range(500):
            file.write(json.dumps({"id": str(number), "input": "x" * 20_000}) + "\n")
    data = read_jsonl(path)
    tracemalloc.start()
    assert sum(1 for _ in data) == 500
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < path.stat().st_size / 10


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {"id": st.text(min_size=1).filter(str.strip), "input": JSON, "expected": JSON},
        ),
        min_size=1,
        unique_by=lambda row: row["id"],
    ),
    escape=st.booleans(),
)
def test_what_was_written_is_read_back(tmp_path_factory, rows, escape):
    path = tmp_path_factory.mktemp("round") / "cases.jsonl"
    lines = [json.dumps(row, ensure_ascii=escape) for row in rows]
    path.write_bytes("\n".join(lines).encode("utf-8"))
    assert list(read_jsonl(path)) == [Case(**row) for row in rows]
