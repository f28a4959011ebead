"""BM25 on text that nobody here wrote: claims and the sentences of web pages that support them."""

import json
import os
import re
from pathlib import Path

import pytest

pytest.importorskip("bm25s", reason="bm25s is not installed")

import bm25s

from holdfast.dataset import Case
from systems.rag.collections import Collection, evaluate
from systems.rag.retrieval.bm25 import BM25
from systems.rag.retrieval.shortlist import respond
from systems.rag.trec import Entry

DATA = Path(os.environ.get("HOLDFAST_PUBLIC_DATA", Path(__file__).parents[4] / "shared" / "data"))


@pytest.fixture(scope="module")
def claims():
    """Fifty claims over the sentences of all their pages."""
    path = DATA / "wice_dev" / "claims.jsonl"
    if not path.is_file():
        pytest.skip(f"there is no {path}: set HOLDFAST_PUBLIC_DATA to the public data")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()[:50]]
    places: dict[str, str] = {}
    for row in rows:
        for sentence in row["evidence"]:
            places.setdefault(sentence, f"s{len(places):05}")
    cases = []
    for at, row in enumerate(rows):
        found = {places[row["evidence"][n]] for group in row["supporting_sentences"] for n in group}
        if found:
            passages = dict.fromkeys(sorted(found), 1)
            cases.append(Case(id=f"{at}", input=row["claim"], expected={"passages": passages}))
    entries = tuple(Entry(id=key, title="", text=text) for text, key in places.items())
    return Collection(name="claims", read=lambda: entries, cases=tuple(cases))


class AsTheLibraryDoes:
    """bm25s with its own words: no stems, its list of stop words."""

    def __init__(self, collection):
        self.ids = [entry.id for entry in collection.texts]
        self.index = bm25s.BM25(k1=1.2, b=0.75)
        terms = [self.terms(entry.searchable) for entry in collection.texts]
        self.index.index(terms, show_progress=False)

    def terms(self, text):
        stop_words = bm25s.stopwords.STOPWORDS_EN
        return [word for word in re.findall(r"\b\w\w+\b", text.lower()) if word not in stop_words]

    def __call__(self, question):
        known = [term for term in self.terms(question) if term in self.index.vocab_dict]
        scores = self.index.get_scores(known)
        return respond(zip(self.ids, scores, strict=True), depth=1000)


def test_our_words_find_no_less_than_those_of_the_library(claims):
    ours = evaluate(BM25(corpus=claims, depth=1000), claims).means
    theirs = evaluate(AsTheLibraryDoes(claims), claims).means
    assert 0.3 < theirs["MAP"] <= ours["MAP"] + 0.005
    assert theirs["recall@100"] <= ours["recall@100"] + 0.005
