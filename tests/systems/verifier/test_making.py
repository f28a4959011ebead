"""The verifier can be made again: claims, words and weights."""

import json
from pathlib import Path

from holdfast.verifying.findings import SIGNALS
from holdfast.verifying.head import HEAD
from holdfast.verifying.meanings import read_meanings
from systems.verifier.checking import BY_WORDS, ClaimCheck
from systems.verifier.claims import over, passages, written
from systems.verifier.distilling import distil
from systems.verifier.fitting import examples, fit

INPUT = {"claim": "The ferry carries 120 people.", "evidence": ["The ferry carries 210 people."]}


def test_a_check_gives_label_score_and_sentences():
    data = ClaimCheck()(INPUT).data
    assert data["supported"] is False
    assert 0 <= data["score"] < 0.3
    assert data["evidence"] == [0]


def test_plain_measures_are_fooled_by_a_changed_number():
    for one in BY_WORDS:
        assert one(INPUT).data["score"] >= 0.5


def test_generated_claims_are_the_same_for_one_seed_and_hold_both_labels():
    texts = list(passages("dev"))[:3]
    made = list(over(texts, seed=4))
    assert made == list(over(texts, seed=4))
    assert {one.supported for one in made} == {True, False}
    assert all(one.text != one.evidence[one.sentence] for one in made if one.sentence is not None
               and not one.supported)  # fmt: skip


def test_no_passage_is_in_both_splits():
    assert not set(passages("dev")) & set(passages("test"))


def test_a_head_fitted_on_few_claims_has_no_weight_below_zero():
    weights, _ = fit([examples(written("dev"))])
    assert set(weights) == set(SIGNALS)
    assert min(weights.values()) >= 0
    assert set(json.loads(HEAD.read_text(encoding="utf-8"))["weights"]) == set(SIGNALS)


def test_words_of_like_meaning_lie_near_each_other_after_distilling(tmp_path: Path):
    path = tmp_path / "meanings.safetensors"
    assert distil(path, words=400) > 200
    table = read_meanings(path)
    assert table.vectors.shape[1] == 64
    assert set(read_meanings().alike(["purchas"], ["buy", "ship"])) == {("purchas", "buy")}
