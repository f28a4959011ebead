import pytest

pytest.importorskip("bm25s", reason="bm25s is not installed")
pytest.importorskip("Stemmer", reason="PyStemmer is not installed")

from systems.rag.retrieval.terms import read_terms


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("E-4012", ["e-4012", "4012"]),
        ("The filters are leaking", ["filter", "leak"]),
        ("On-call duty", ["call", "duti"]),
        ("Larder G2M, 11.5 kg", ["larder", "g2m", "11.5", "11", "5", "kg"]),
        ("STRASSE Straße", ["strass", "strass"]),
        ("the of and", []),
    ],
)
def test_words_are_stemmed_and_codes_kept_whole(text, terms):
    found = read_terms(text)
    assert [term for term in found if term != "e"] == terms
