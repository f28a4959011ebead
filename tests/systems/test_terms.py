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
        ("Larder G2M, 11.5 kg", ["larder", "g2m", "11.5", "kg"]),
        ("STRASSE Straße naïve", ["strass", "strass", "naiv"]),
        ("1,200 euros; 12,50 and 3,5", ["1200", "euro", "12", "50", "3", "5"]),
        ("the pump's filter doesn't leak", ["pump", "filter", "leak"]),
        ("two-dimensional flow", ["two", "dimension", "flow"]),
        ("What must I use, please?", []),
        ("the of and", []),
    ],
)
def test_words_are_stemmed_and_codes_kept_whole(text, terms):
    found = read_terms(text)
    assert [term for term in found if term != "e"] == terms
