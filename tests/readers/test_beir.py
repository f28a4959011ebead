import pytest

from holdfast.dataset import Case
from holdfast.errors import DatasetError
from holdfast.readers import Document, read_beir, read_beir_corpus


@pytest.fixture
def folder(tmp_path):
    """A BEIR folder with two documents and three queries, one of them without judgments."""
    (tmp_path / "corpus.jsonl").write_text(
        '{"_id": "d1", "title": "One", "text": "First.", "metadata": {}}\n'
        '{"_id": "d2", "text": "Second."}\n'
    )
    (tmp_path / "queries.jsonl").write_text(
        '{"_id": "q1", "text": "Which is first?", "metadata": {"url": ""}}\n'
        '{"_id": "q2", "text": "Nobody judged this"}\n'
        '{"_id": "q3", "text": "Which is last?"}\n'
    )
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text(
        "query-id\tcorpus-id\tscore\nq3\td2\t2\nq1\td1\t1\nq3\td1\t0\n"
    )
    return tmp_path


def test_judged_queries_become_cases_in_the_order_of_the_queries(folder):
    data = read_beir(folder)
    assert data.name == f"{folder.name}-test"
    assert list(data) == [
        Case(id="q1", input="Which is first?", expected={"passages": {"d1": 1}}),
        Case(id="q3", input="Which is last?", expected={"passages": {"d2": 2, "d1": 0}}),
    ]
    assert len(list(data)) == 2


def test_the_corpus_is_a_walk_over_documents(folder):
    documents = read_beir_corpus(folder)
    for _ in range(2):
        assert list(documents) == [
            Document(id="d1", title="One", text="First."),
            Document(id="d2", title="", text="Second."),
        ]


def test_judgments_without_a_header_are_read_too(folder):
    (folder / "qrels" / "dev.tsv").write_text("q1\td1\t1\n\n")
    assert [case.id for case in read_beir(folder, split="dev", name="mine")] == ["q1"]


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ("q1 d1 1\n", "test.tsv:2: expected `query-id`, `corpus-id` and `score` separated by tabs"),
        ("q1\td1\tyes\n", "test.tsv:2: the score 'yes' is not a whole number"),
        ("q1\td1\t1\nq1\td1\t2\n", "test.tsv:3: document 'd1' of query 'q1' is judged twice"),
        ("q9\td1\t1\n", "judges 1 queries that queries.jsonl does not hold, such as 'q9'"),
        ("", "holds no cases"),
    ],
)
def test_wrong_judgments_are_named(folder, lines, problem):
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n" + lines)
    with pytest.raises(DatasetError) as caught:
        list(read_beir(folder))
    assert problem in str(caught.value)


def test_a_query_without_text_is_named(folder):
    (folder / "queries.jsonl").write_text('{"_id": "q1"}\n')
    with pytest.raises(DatasetError, match=r"queries\.jsonl:1: 'text' must be text, got None"):
        list(read_beir(folder))


def test_a_split_that_does_not_exist_is_refused_at_once(folder):
    with pytest.raises(DatasetError, match=r"dev\.tsv.*beside it are test\.tsv"):
        read_beir(folder, split="dev")
