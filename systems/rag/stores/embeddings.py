"""Embeddings: the vectors of texts, kept one by one under the digest of what made them."""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.digest import digest_bytes
from systems.rag.retrieval.encoder import Encoder, Measuring

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["embed"]

_WAIT_SECONDS = 60
_AT_ONCE = 64


def embed(
    texts: Sequence[str], encoder: Encoder, *, folder: Path
) -> "tuple[NDArray[np.float32], int]":
    """Vectors of the texts, and how many of them had to be made.

    A text that was embedded before by the same model, wherever it stood, is not embedded again.

    Args:
        texts: what is embedded, one row each.
        encoder: the model; its digest is part of the file's name.
        folder: where vectors are kept; made where it is missing.
    """
    import numpy as np

    keys = [digest_bytes(text.encode("utf-8", "surrogatepass")) for text in texts]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"embeddings-{encoder.spec.digest}.sqlite"
    with closing(sqlite3.connect(path, timeout=_WAIT_SECONDS)) as kept:
        kept.execute("CREATE TABLE IF NOT EXISTS vectors (text TEXT PRIMARY KEY, vector BLOB)")
        found = _find(kept, keys)
        lost = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
        names = _by_length(lost, encoder) if lost else []
        # In parts, so that an attempt that is cut short is gone on with.
        for start in range(0, len(names), _AT_ONCE):
            part = names[start : start + _AT_ONCE]
            made = np.ascontiguousarray(encoder([lost[key] for key in part]), dtype="<f4")
            rows = {key: row.tobytes() for key, row in zip(part, made, strict=True)}
            with kept:
                kept.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows.items())
            found |= rows
    vectors = np.stack([np.frombuffer(found[key], dtype="<f4") for key in keys])
    return np.ascontiguousarray(vectors, dtype=np.float32), len(lost)


def _by_length(lost: Mapping[str, str], encoder: Encoder) -> list[str]:
    """The keys of texts, those of one length together: what pads a batch is computed as well."""
    texts = list(lost.values())
    lengths = (
        encoder.lengths(texts)
        if isinstance(encoder, Measuring)
        else [len(text.split()) for text in texts]
    )
    order = sorted(range(len(texts)), key=lambda at: (lengths[at], at))
    keys = list(lost)
    return [keys[at] for at in order]


def _find(kept: sqlite3.Connection, keys: Sequence[str]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for start in range(0, len(keys), _AT_ONCE):
        part = keys[start : start + _AT_ONCE]
        marks = ", ".join("?" * len(part))
        rows = kept.execute(f"SELECT text, vector FROM vectors WHERE text IN ({marks})", part)  # noqa: S608  # question marks only
        found.update(rows)
    return found
