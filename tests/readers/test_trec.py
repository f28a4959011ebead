import pytest

from holdfast.errors import DatasetError
from holdfast.readers import read_trec_qrels, read_trec_run


@pytest.fixture
def write(tmp_path):
    """Writes text to a file and gives its path."""

    def to_file(text):
        path = tmp_path / "file.txt"
        path.write_text(text)
        return path

    return to_file


def test_judgments_are_grouped_by_query(write):
    path = write("q1 0 a 1\nq2 0 a -1\n\nq1\t0\tb\t0\n")
    assert read_trec_qrels(path) == {"q1": {"a": 1, "b": 0}, "q2": {"a": -1}}


def test_a_run_is_ordered_by_score_and_its_rank_column_ignored(write):
    path = write("q Q0 a 1 0.5 tag\nq Q0 b 2 0.5 tag more words\nq Q0 c 3 1e1 tag\n")
    run = read_trec_run(path)
    assert [(passage.id, passage.score) for passage in run["q"]] == [
        ("c", 10.0),
        ("b", 0.5),
        ("a", 0.5),
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("q 0 a\n", "file.txt:1: expected the 4 fields `query iteration document grade`, got 3"),
        ("q 0 a 1 x\n", "file.txt:1: expected the 4 fields"),
        ("q 0 a 1.5\n", "file.txt:1: the grade '1.5' is not a whole number"),
        ("q 0 a 1\nq 0 a 1\n", "file.txt:2: document 'a' of query 'q' is judged twice"),
        ("\n", "is empty; it should hold lines of `query iteration document grade`"),
    ],
)
def test_wrong_judgments_are_named(write, text, problem):
    with pytest.raises(DatasetError) as caught:
        read_trec_qrels(write(text))
    assert problem in str(caught.value)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("q Q0 a 1 0.5\n", "file.txt:1: expected the 6 fields `query Q0 document rank score tag`"),
        ("q Q0 a 1 high tag\n", "file.txt:1: the score 'high' is not a finite number"),
        ("q Q0 a 1 nan tag\n", "file.txt:1: the score 'nan' is not a finite number"),
        ("q Q0 a 1 1 t\nq Q0 a 2 1 t\n", "file.txt:2: query 'q' returns document 'a' twice"),
    ],
)
def test_wrong_runs_are_named(write, text, problem):
    with pytest.raises(DatasetError) as caught:
        read_trec_run(write(text))
    assert problem in str(caught.value)
