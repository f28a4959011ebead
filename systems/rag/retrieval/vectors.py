"""Vectors: the embeddings of a corpus, kept on disk under the digest of all that made them."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["load_or_make"]


def load_or_make(
    folder: Path, key: str, *, rows: int, make: "Callable[[], NDArray[np.float32]]"
) -> "NDArray[np.float32]":
    """Vectors kept under a key, made and kept where there are none.

    The key is part of the file's name, so vectors of another corpus or model are never found. The
    file appears whole or not at all, whoever else writes it at the same time.

    Args:
        folder: where vectors are kept; made where it is missing.
        key: digest of the texts and of the model.
        rows: number of vectors that there must be; a file with another number is made again.
        make: makes the vectors.
    """
    import numpy as np

    path = folder / f"{key}.npy"
    try:
        kept = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        kept = None
    if kept is not None and kept.ndim == 2 and len(kept) == rows and kept.dtype == np.float32:
        return kept
    vectors = np.ascontiguousarray(make(), dtype=np.float32)
    folder.mkdir(parents=True, exist_ok=True)
    handle, unfinished = tempfile.mkstemp(dir=folder, suffix=".unfinished")
    try:
        with os.fdopen(handle, "wb") as file:
            np.save(file, vectors, allow_pickle=False)
        Path(unfinished).replace(path)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise
    return vectors
