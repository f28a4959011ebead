import gzip
import json
import random

import pytest
from click.testing import CliRunner

pytest.importorskip("bm25s", reason="bm25s is not installed")
pytest.importorskip("Stemmer", reason="PyStemmer is not installed")

from holdfast.errors import DatasetError
from systems.rag.collections import evaluate, main, open_collection
from systems.rag.retrieval.bm25 import BM25
from systems.rag.trec import read_documents, read_topics

SUBJECTS = [
    "pump",
    "filter",
    "ferry",
    "meter",
    "cider",
    "rope",
    "alarm",
    "harbour",
    "winter",
    "salt",
]


def drawn():
    """Texts of ten subjects each, questions on two of them, and graded judgements."""
    dice = random.Random(3)
    documents = {
        f"d{at:03}": [dice.choice(SUBJECTS) for _ in range(dice.randint(5, 30))] for at in range(80)
    }
    questions = {f"{at}": dice.sample(SUBJECTS, 2) for at in range(1, 13)}
    qrels = {
        question: {
            key: grade
            for key, words in documents.items()
            if (grade := sum(words.count(one) > 1 for one in wanted)) and dice.random() < 0.5
        }
        for question, wanted in questions.items()
    }
    return documents, questions, qrels


@pytest.fixture(params=["beir", "trec", "trec-json"])
def folder(request, tmp_path):
    """One collection in several forms."""
    documents, questions, qrels = drawn()
    texts = {key: "The " + " of ".join(words) + "." for key, words in documents.items()}
    asked = {key: f"Which {one} has a {other}?" for key, (one, other) in questions.items()}
    if request.param == "beir":
        rows = [{"_id": key, "title": "", "text": text} for key, text in texts.items()]
        write_lines(tmp_path / "corpus.jsonl", rows)
        rows = [{"_id": key, "text": text} for key, text in asked.items()]
        write_lines(tmp_path / "queries.jsonl", rows)
        (tmp_path / "qrels").mkdir()
        lines = ["query-id\tcorpus-id\tscore"]
        lines += [
            f"{q}\t{d}\t{grade}" for q, judged in qrels.items() for d, grade in judged.items()
        ]
        (tmp_path / "qrels" / "test.tsv").write_text("\n".join(lines))
        return tmp_path
    lines = [f"{q} 0 {d} {grade}" for q, judged in qrels.items() for d, grade in judged.items()]
    (tmp_path / "qrels").write_text("\n".join(lines))
    if request.param == "trec":
        blocks = [f"<DOC>\n<DOCNO>{d}</DOCNO>\n{text}\n</DOC>\n" for d, text in texts.items()]
        (tmp_path / "doc-text.trec").write_text("".join(blocks))
        tops = [f"<top>\n<num>Number: 00{q}\n<title> {t}\n</top>\n" for q, t in asked.items()]
        (tmp_path / "query-text.trec").write_text("".join(tops))
    else:
        (tmp_path / "docs").mkdir()
        rows = [{"docno": key, "contents": text} for key, text in texts.items()]
        write_lines(tmp_path / "docs" / "part-1.jsonl", rows[:50])
        write_lines(tmp_path / "docs" / "part-2.jsonl", rows[50:])
        (tmp_path / "topics.tsv").write_text("".join(f"{q}\t{t}\n" for q, t in asked.items()))
    return tmp_path


def write_lines(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def test_the_means_are_those_of_an_independent_library(folder):
    ir_measures = pytest.importorskip("ir_measures", reason="ir-measures is not installed")
    collection = open_collection(folder)
    scores = evaluate(BM25(corpus=collection, depth=1000), collection)
    _, _, qrels = drawn()
    run = {
        question: {passage.id: passage.score for passage in response.passages}
        for question, response in scores.responses.items()
    }
    measures = [ir_measures.AP, ir_measures.nDCG @ 10, ir_measures.R @ 100, ir_measures.RR]
    wanted = ir_measures.calc_aggregate(measures, qrels, run)
    assert scores.questions == 12
    found = list(scores.means.values())
    assert found == pytest.approx([wanted[measure] for measure in measures], abs=1e-9)
    assert 0.3 < scores.means["MAP"] < 1


def test_the_command_prints_the_means_and_writes_the_run(folder, tmp_path):
    result = CliRunner().invoke(main, [str(folder), "--run", str(tmp_path / "run.txt")])
    assert result.exit_code == 0, result.output
    assert "80 documents" in result.output
    assert "MAP" in result.output and "recall@100" in result.output
    assert (tmp_path / "run.txt").read_text().splitlines()[0].split()[1] == "Q0"


@pytest.mark.parametrize("packed", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv", ""])
def test_any_file_may_be_packed(folder, packed):
    whole = open_collection(folder)
    wanted = evaluate(BM25(corpus=whole, depth=1000), whole).means
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    for path in files:
        if str(path.relative_to(folder)).startswith(packed):
            path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
            path.unlink()
    found = open_collection(folder)
    assert found.digest == whole.digest and found.cases == whole.cases
    assert evaluate(BM25(corpus=found, depth=1000), found).means == wanted


def test_files_that_cannot_be_told_apart_are_asked_for(folder):
    (folder / "more-topics.txt").write_text("")
    (folder / "queries-old.txt").write_text("")
    (folder / "queries.jsonl").unlink(missing_ok=True)
    with pytest.raises(DatasetError, match=r"which of the files .* are the .*name them with --"):
        open_collection(folder)
    result = CliRunner().invoke(main, [str(folder)])
    assert result.exit_code == 1 and "name them with" in result.output


def test_a_judged_topic_without_text_is_an_error(tmp_path):
    (tmp_path / "docs.tsv").write_text("a\tpump\n")
    (tmp_path / "topics.tsv").write_text("1\tpump\n")
    (tmp_path / "qrels").write_text("1 0 a 1\n7 0 a 1\n")
    with pytest.raises(DatasetError, match=r"judges 1 topics that topics.tsv .* such as '7'"):
        open_collection(tmp_path)


def test_a_document_of_trec_gives_its_title_and_text_without_tags(tmp_path):
    path = tmp_path / "d.xml"
    path.write_bytes(
        b"<doc><docno> FT-1 </docno><author>nobody</author><title>Of\n pumps</title>"
        b"<text><p>caf\xe9 &amp; bar</p></text><text>more</text></doc>"
    )
    (entry,) = read_documents(path)
    assert (entry.id, entry.title, entry.text) == ("FT-1", "Of pumps", "café & bar more")
    assert entry.searchable == "Of pumps\ncafé & bar more"


def test_a_topic_without_a_title_is_its_description(tmp_path):
    path = tmp_path / "topics.txt"
    path.write_text(
        "<top>\n<num> Number: 301\n<title>\n<desc> Description:\nWho leaks?\n<narr> x\n</top>"
    )
    assert read_topics(path) == {"301": "Who leaks?"}


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("d.trec", "words", "holds no <DOC> elements"),
        ("d.trec", "<DOC>words</DOC>", "has no <DOCNO>"),
        ("d.jsonl", "{", "this is no JSON"),
        ("d.jsonl", "[1]", "expected an object"),
        ("d.jsonl", '{"text": "a"}', "there is no id under"),
        ("d.jsonl", '{"id": "a"}', "there is no text under"),
        ("d.tsv", "alone", "expected an id, a tab and a text"),
    ],
)
def test_malformed_documents_are_named(tmp_path, name, text, problem):
    (tmp_path / name).write_text(text)
    with pytest.raises(DatasetError, match=problem):
        list(read_documents(tmp_path / name))
