"""CSV and Parquet: tables whose columns are named by `Columns`."""

import sys

import pytest

from holdfast.dataset import Case
from holdfast.errors import DatasetError, MissingExtra, UsageError
from holdfast.readers import Columns, read_csv, read_parquet


@pytest.fixture
def write(tmp_path):
    """Writes text to a CSV file and gives its path."""

    def to_file(text):
        path = tmp_path / "table.csv"
        path.write_bytes(text.encode())
        return path

    return to_file


def refused(path, **options):
    with pytest.raises(DatasetError) as caught:
        list(read_csv(path, **options))
    return str(caught.value)


def test_a_record_becomes_a_case_and_an_empty_cell_an_absent_part(write):
    path = write('id,input,expected,tags,cluster\na,"1, or\n2?",yes,x; y,\nb,,,,c\n')
    assert list(read_csv(path)) == [
        Case(id="a", input="1, or\n2?", expected="yes", tags=("x", "y")),
        Case(id="b", input="", cluster="c"),
    ]


def test_columns_of_other_names_and_json_cells(write):
    path = write('qid;question;gold;source\n7;Who?;"{""passages"": {""p"": 2}}";web\n')
    columns = Columns(
        id="qid", input="question", expected="gold", parse_json=("expected",), others="ignore"
    )
    (case,) = read_csv(path, columns=columns, delimiter=";", name="quiz")
    assert case == Case(id="7", input="Who?", expected={"passages": {"p": 2}})


def test_only_id_and_input_are_needed(write):
    assert [case.id for case in read_csv(write("id,input\na,?\n\nb,?\n"))] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("id,input,id\na,?,b\n", ":1: columns 1 and 3 are both named 'id'"),
        ("id,,input\na,?,b\n", ":1: column 2 has no name"),
        ("key,input\na,?\n", ":1: there is no column 'id' for the id (there are: key, input)"),
        ("id,input,inptu\na,?,b\n", ":1: no part of a case is in column 'inptu'"),
        ('id,input\n"a","x\ny"\nb\n', ":4: the record has 1 cells, the header names 2"),
        ('id,input\na,"x\n', ":2: not CSV: unexpected end of data"),
        ('id,input\na,"x"y\n', ":2: not CSV: "),
        ("id,input\na,?\n\na,?\n", ":4: id 'a' was used before, at "),
        ("id,input\n,?\n", ":2: the id is empty"),
        ("id,input\na," + "x" * 200_000 + "\n", ":2: a cell is longer than 131072 characters"),
        ("id,input\n", " holds no cases"),
        ("", " holds no cases"),
    ],
)
def test_a_wrong_table_is_named_with_its_line(write, text, problem):
    path = write(text)
    assert refused(path).startswith(f"{path}{problem}")


def test_a_column_that_was_asked_for_must_exist(write):
    message = refused(write("id,input\na,?\n"), columns=Columns(expected="gold"))
    assert "there is no column 'gold' for the expected" in message


def test_broken_json_in_a_cell_is_named_with_its_column(write):
    path = write("id,input,expected\na,?,{\n")
    message = refused(path, columns=Columns(parse_json=("expected",)))
    assert message.startswith(f"{path}:2: column 'expected': not JSON")


def test_two_parts_cannot_share_a_column():
    with pytest.raises(UsageError, match="cannot share a column"):
        Columns(id="x", input="x")


def test_only_parts_that_hold_json_are_parsed():
    with pytest.raises(UsageError, match="can hold JSON text, got 'id'"):
        Columns(parse_json=("id",))


@pytest.fixture
def write_parquet(tmp_path):
    """Writes columns to a Parquet file and gives its path."""
    arrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")

    def to_file(columns, types=None):
        path = tmp_path / "table.parquet"
        schema = arrow.schema([(name, types[name]) for name in columns]) if types else None
        parquet.write_table(arrow.table(columns, schema=schema), path)
        return path

    return to_file


def test_a_parquet_row_becomes_a_case(write_parquet):
    path = write_parquet(
        {
            "id": [1, 2],
            "input": [{"question": "Who?"}, {"question": "When?"}],
            "expected": [None, {"passages": ["p"]}],
            "tags": [["x"], []],
        }
    )
    assert list(read_parquet(path)) == [
        Case(id="1", input={"question": "Who?"}, tags=("x",)),
        Case(id="2", input={"question": "When?"}, expected={"passages": ["p"]}),
    ]


def test_a_parquet_map_becomes_an_object(write_parquet):
    arrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    types = {
        "id": arrow.string(),
        "input": arrow.string(),
        "expected": arrow.map_(arrow.string(), arrow.int32()),
    }
    path = write_parquet({"id": ["a"], "input": ["?"], "expected": [[("p", 2)]]}, types)
    assert next(iter(read_parquet(path))).expected == {"p": 2}


def test_parquet_rows_beyond_one_batch_are_all_read(write_parquet):
    ids = [str(number) for number in range(700)]
    assert [case.id for case in read_parquet(write_parquet({"id": ids, "input": ids}))] == ids


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ([1.0, float("nan")], "row 2, column 'input': nan is no JSON number"),
        ([b"x", b"y"], "row 1, column 'input': a value of type bytes has no form in JSON"),
    ],
)
def test_a_parquet_value_outside_json_is_named(write_parquet, values, problem):
    path = write_parquet({"id": ["a", "b"], "input": values})
    with pytest.raises(DatasetError, match=problem):
        list(read_parquet(path))


def test_a_file_that_is_not_parquet_is_refused(tmp_path):
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    path = tmp_path / "table.parquet"
    path.write_text("id,input\n")
    with pytest.raises(DatasetError, match="cannot be read as Parquet"):
        list(read_parquet(path))


def test_a_missing_pyarrow_names_the_install_line(tmp_path, monkeypatch):
    path = tmp_path / "table.parquet"
    path.write_bytes(b"PAR1")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtra, match=r'pip install "holdfast\[parquet\]"'):
        read_parquet(path)
