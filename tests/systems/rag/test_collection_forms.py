"""The forms in which public test collections are handed on."""

import gzip
import json

import pytest
from click.testing import CliRunner

pytest.importorskip("bm25s", reason="bm25s is not installed")
pytest.importorskip("Stemmer", reason="PyStemmer is not installed")

from holdfast.errors import DatasetError
from systems.rag.collections import evaluate, main, open_collection
from systems.rag.judgements import read_judgements
from systems.rag.retrieval.bm25 import BM25
from systems.rag.trec import read_documents, read_topics

CRANFIELD = """\
.I 1
.T
flow of air
.A
brown,j.
.B
j. ae. 1958
.W
the flow of air
.Over a wing .
.I 2
.T
heat
.W
.I 3
.T
wings
.A
.W
heat of wings
.X
1 4 1
"""
CRANFIELD_QUESTIONS = ".I 001\n.W\nwhat is heat ?\n.I 004\n.W\nwings in\nflow .\n"
NPL = "1\nCOMPACT memories have\nflexible capacities\n   /\n2\nan analogue computer\n   /\n"


def write(folder, files):
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def test_documents_of_smart_keep_title_and_text_and_lose_authors(tmp_path):
    write(tmp_path, {"cran.all.1400": CRANFIELD})
    found = [(one.id, one.title, one.text) for one in read_documents(tmp_path / "cran.all.1400")]
    assert found == [
        ("1", "flow of air", "the flow of air .Over a wing ."),
        ("2", "heat", ""),
        ("3", "wings", "heat of wings"),
    ]


def test_topics_of_smart_are_read_with_their_numbers(tmp_path):
    write(tmp_path, {"cran.qry": CRANFIELD_QUESTIONS})
    assert read_topics(tmp_path / "cran.qry") == {"001": "what is heat ?", "004": "wings in flow ."}


def test_topics_judged_by_place_are_an_error_until_that_is_said(tmp_path):
    judged = "1 2 2\n1 3 2\n1 1 -1\n2 3 1\n2 1 1\n"
    write(
        tmp_path,
        {"cran.all.1400": CRANFIELD, "cran.qry": CRANFIELD_QUESTIONS, "cranqrel": judged},
    )
    with pytest.raises(DatasetError, match=r"such as '2'; .* --by-place"):
        open_collection(tmp_path)
    found = open_collection(tmp_path, by_place=True)
    assert [(case.id, case.input) for case in found.cases] == [
        ("1", "what is heat ?"),
        ("2", "wings in flow ."),
    ]
    result = CliRunner().invoke(main, [str(tmp_path), "--by-place"])
    assert result.exit_code == 0 and "MAP        1.0000" in result.output


def test_the_plain_form_of_npl_is_read(tmp_path):
    write(
        tmp_path,
        {
            "doc-text": NPL,
            "query-text": "1\nMEMORIES\n/\n2\nANALOGUE\nCOMPUTER\n/\n",
            "rlv-ass": "1\n1\n   /\n2\n2    1\n 3\n   /\n",
        },
    )
    collection = open_collection(tmp_path)
    assert [one.text for one in collection.texts] == [
        "COMPACT memories have flexible capacities",
        "an analogue computer",
    ]
    assert [case.expected for case in collection.cases] == [
        {"passages": {"1": 1}},
        {"passages": {"2": 1, "1": 1, "3": 1}},
    ]


@pytest.mark.parametrize(
    "content",
    [
        "7 0 a 2\n7 0 b -1\n",
        "7\t0\ta\t2\r\n7\t0\tb\t-1\r\n",
        "7 a 2\n\n7 b -1\n",
        "query-id\tcorpus-id\tscore\n7\ta\t2\n7\tb\t-1\n",
        "7 0 a 2.0\n7 0 b -1.0\n7 0 b -1\n",
        "\ufeff7 0 a 2\n7 0 b -1",
    ],
)
def test_judgements_have_one_meaning_in_every_form(tmp_path, content):
    plain = write(tmp_path, {"q": content, "q.gz": gzip.compress(content.encode())})
    wanted = {"7": {"a": 2, "b": -1}}
    assert read_judgements(plain / "q") == wanted
    assert read_judgements(plain / "q.gz") == wanted


@pytest.mark.parametrize(
    "content",
    ["     1     28\t0\t0.000000\n     1     35\t0\t0.000000\n", "1 28 0 0\n1 35 0 0\n"],
)
def test_lists_of_relevant_documents_are_read_as_cisi_and_cacm_have_them(tmp_path, content):
    write(tmp_path, {"CISI.REL": content})
    assert read_judgements(tmp_path / "CISI.REL") == {"1": {"28": 1, "35": 1}}


def test_judgements_that_find_nothing_relevant_are_kept_as_they_are(tmp_path):
    write(tmp_path, {"q": "1 0 28 0\n1 0 0 0\n"})
    assert read_judgements(tmp_path / "q") == {"1": {"28": 0, "0": 0}}


def test_judgements_in_latin_1_are_read(tmp_path):
    write(tmp_path, {"q": b"7 0 \xe91 1\n"})
    assert read_judgements(tmp_path / "q") == {"7": {"é1": 1}}


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "holds no judgements"),
        ("1 0\n", "expected .*query iteration document grade.* got '1 0'"),
        ("1 0 a x\n", "grade 'x' is not a whole number"),
        ("1 0 a 0.5\n", "grade '0.5' is not a whole number"),
        ("1 28 0 0\n1 35 0 1\n", "judged as 0 and as 1"),
        ("1 0 a 1\n1 0 a 2\n", "judged as 1 and as 2"),
        ("1 0 a 1\n1 a 2\n", "expected .*got '1 a 2'"),
    ],
)
def test_malformed_judgements_are_named(tmp_path, content, problem):
    write(tmp_path, {"q": content})
    with pytest.raises(DatasetError, match=problem):
        read_judgements(tmp_path / "q")


def test_what_a_file_holds_is_told_by_its_beginning_where_its_name_does_not_say(tmp_path):
    row = json.dumps({"docno": "1", "text": "heat"}) + "\n"
    write(tmp_path, {"docs.txt": row, "queries.txt": "1\theat\n", "qrels.txt": "1 0 1 1\n"})
    collection = open_collection(tmp_path)
    assert [one.id for one in collection.texts] == ["1"]
    assert [case.input for case in collection.cases] == ["heat"]


def test_a_line_separator_within_a_text_ends_no_line(tmp_path):
    row = json.dumps({"doc_id": "1", "text": "a\u2028b\x85c"}, ensure_ascii=False)
    write(tmp_path, {"docs.jsonl": row + "\r\n"})
    assert [one.text for one in read_documents(tmp_path / "docs.jsonl")] == ["a\u2028b\x85c"]


def test_names_of_columns_are_no_document(tmp_path):
    write(tmp_path, {"d.tsv": "doc_id\ttitle\ttext\n1\theat\tof air\n"})
    assert [one.id for one in read_documents(tmp_path / "d.tsv")] == ["1"]


def test_no_column_of_a_document_is_lost(tmp_path):
    write(tmp_path, {"d.tsv": "1\thttp://a\theat\tof air\n2\theat\n3\theat\tof\n"})
    found = {one.id: one.searchable.split() for one in read_documents(tmp_path / "d.tsv")}
    assert found == {"1": ["http://a", "heat", "of", "air"], "2": ["heat"], "3": ["heat", "of"]}


def test_a_topic_of_several_columns_is_an_error_and_not_its_last(tmp_path):
    write(tmp_path, {"t.tsv": "1\theat\n2\theat\twhat is heat\n"})
    with pytest.raises(DatasetError, match=r"t.tsv:2: expected .* got 2 columns after the id '2'"):
        read_topics(tmp_path / "t.tsv")


@pytest.mark.parametrize(
    ("corpus", "problem"),
    [
        ("", "there are no documents under"),
        ('{"_id": "a", "text": "x"}\n{"_id": "a", "text": "y"}\n', "another document with id 'a'"),
    ],
)
def test_a_beir_corpus_of_no_use_is_named(tmp_path, corpus, problem):
    write(
        tmp_path,
        {
            "corpus.jsonl": corpus,
            "queries.jsonl": '{"_id": "1", "text": "x"}\n',
            "qrels/test.tsv": "query-id\tcorpus-id\tscore\n1\ta\t1\n",
        },
    )
    result = CliRunner().invoke(main, [str(tmp_path)])
    assert result.exit_code == 1 and problem in result.output


def test_topics_whose_number_is_an_attribute_are_read(tmp_path):
    topics = (
        '<topics><topic number="12" type="x">\n<query>heat &amp; air</query>\n'
        "<question>why?</question></topic></topics>"
    )
    write(tmp_path, {"topics.xml": topics})
    assert read_topics(tmp_path / "topics.xml") == {"12": "heat & air"}


def test_queries_as_json_lines_beside_judgements_of_trec_are_no_beir(tmp_path):
    write(
        tmp_path,
        {
            "docs.jsonl": '{"doc_id": "1", "text": "heat"}\n',
            "queries.jsonl": '{"query_id": "1", "text": "what heat"}\n',
            "qrels.tsv": "1\t0\t1\t1\n",
        },
    )
    assert [case.input for case in open_collection(tmp_path).cases] == ["what heat"]


def test_judgements_of_other_documents_are_an_error_and_no_zero(tmp_path):
    write(
        tmp_path,
        {"docs.tsv": "d1\theat\n", "topics.tsv": "1\theat\n", "qrels": "1 0 1 1\n1 0 d1 0\n"},
    )
    collection = open_collection(tmp_path)
    with pytest.raises(DatasetError, match=r"none of the 1 relevant documents, such as '1'"):
        evaluate(BM25(corpus=collection), collection)


def test_relevant_documents_that_are_not_there_are_counted(tmp_path):
    write(
        tmp_path,
        {"docs.tsv": "d1\theat\n", "topics.tsv": "1\theat\n", "qrels": "1 0 1 1\n1 0 d1 1\n"},
    )
    result = CliRunner().invoke(main, [str(tmp_path)])
    assert "1 of 2 relevant documents are not among them" in result.output
    assert "MAP        0.5000" in result.output


def test_files_about_a_collection_hold_no_documents(tmp_path):
    about = ("README.md", "LICENSE", "READMEFR", "ftdtd.dtd", ".DS_Store", "docs/readchg.txt")
    document = "<DOC><DOCNO>FT-1</DOCNO>heat</DOC>"
    write(
        tmp_path,
        {
            **dict.fromkeys(about, "words about the collection"),
            "docs/ft/ft_1": document,
            "docs/ft/.hidden": "x",
            "topics.txt": "<top><num> Number: 1 <title> heat</top>",
            "qrels": "1 0 FT-1 1",
        },
    )
    assert [one.id for one in open_collection(tmp_path).texts] == ["FT-1"]


def test_the_help_shows_an_example_and_the_forms():
    shown = CliRunner().invoke(main, ["--help"]).output
    assert "python -m systems.rag.collections" in shown
    for form in ("corpus.jsonl", "<DOC>", ".I", "rlv-ass", "--by-place", ".gz"):
        assert form in shown
