"""A published cross-encoder by folder or name."""

import pytest

from holdfast.errors import UsageError
from systems.rag.reranking.cross_encoder import CrossEncoderReranker

pytest.importorskip("sentence_transformers", reason="sentence-transformers is not installed")

TEXTS = ["the inlet is dry", "a night may cost 120 euros", "dry"]


def make_model(folder, *, labels=1):
    """Saves a BERT of random weights that classifies pairs."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *" ".join(TEXTS).split()]
    folder.mkdir()
    vocabulary = folder / "vocab.txt"
    vocabulary.write_text("\n".join(dict.fromkeys(words)))
    BertTokenizerFast(str(vocabulary)).save_pretrained(folder)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
        num_labels=labels,
        initializer_range=0.5,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    return str(folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return make_model(tmp_path_factory.mktemp("models") / "pairs")


def test_scores_are_those_of_the_library(folder):
    from sentence_transformers import CrossEncoder

    expected = CrossEncoder(folder, device="cpu").predict([("dry", text) for text in TEXTS])
    found = CrossEncoderReranker(model=folder)("dry", TEXTS)
    assert found == pytest.approx(expected.tolist(), abs=1e-6)


def test_scores_do_not_depend_on_the_order_of_the_texts(folder):
    reranker = CrossEncoderReranker(model=folder, batch=2)
    assert reranker("dry", TEXTS) == reranker("dry", TEXTS[::-1])[::-1]


def test_the_same_text_twice_has_the_same_score_twice(folder):
    once, again = CrossEncoderReranker(model=folder)("dry", [TEXTS[0], TEXTS[0]])
    assert once == again


def test_the_spec_changes_with_the_weights(folder, tmp_path):
    other = make_model(tmp_path / "pairs")
    (tmp_path / "pairs" / "note.txt").write_text("retrained")
    mine, theirs = CrossEncoderReranker(model=folder), CrossEncoderReranker(model=other)
    assert mine.spec.artifacts["model"] != theirs.spec.artifacts["model"]


def test_a_model_that_gives_several_numbers_is_refused(tmp_path):
    reranker = CrossEncoderReranker(model=make_model(tmp_path / "pairs", labels=3))
    with pytest.raises(UsageError, match="gives 3 numbers for a pair"):
        reranker("dry", TEXTS)


@pytest.mark.parametrize("name", ["nobody/has-this-model", "a/b/c not a name"])
def test_a_model_that_is_not_here_is_named_with_what_to_do(name, monkeypatch):
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(UsageError, match="neither a folder here nor a model that was fetched"):
        CrossEncoderReranker(model=name)("dry", TEXTS)
