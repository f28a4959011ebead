"""Meanings: which words may stand for one another, as all-MiniLM-L6-v2 sees single words."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["MEANINGS", "Meanings", "read_meanings"]

MEANINGS = Path(__file__).with_name("meanings.safetensors")
"""Vectors of the commonest English stems, which `systems.verifier` distilled from the model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meanings:
    """Unit vectors of stems."""

    rows: Mapping[str, int] = field(repr=False)
    vectors: "NDArray[np.float32]" = field(repr=False)

    def alike(self, ours: Sequence[str], theirs: Sequence[str]) -> dict[tuple[str, str], float]:
        """Cosine of each pair of known stems, ours first, where it is above one half."""
        left = [stem for stem in ours if stem in self.rows]
        right = [stem for stem in theirs if stem in self.rows]
        if not left or not right:
            return {}
        first = self.vectors[[self.rows[stem] for stem in left]]
        second = self.vectors[[self.rows[stem] for stem in right]]
        cosines = first @ second.T
        above = (cosines > 0.5).nonzero()
        return {
            (left[row], right[column]): float(cosines[row, column])
            for row, column in zip(*above, strict=True)
        }


@lru_cache(maxsize=2)
def read_meanings(path: Path = MEANINGS) -> Meanings:
    """The table in a safetensors file: `vectors` of 8-bit integers, `stems` as a JSON text.

    Raises:
        UsageError: the file is not such a table.
    """
    import numpy as np

    data = path.read_bytes()
    size = int.from_bytes(data[:8], "little")
    try:
        header = json.loads(data[8 : 8 + size])
        begin, end = header["vectors"]["data_offsets"]
        raw = np.frombuffer(data[8 + size + begin : 8 + size + end], dtype=np.int8)
        vectors = raw.reshape(header["vectors"]["shape"]).astype(np.float32)
        begin, end = header["stems"]["data_offsets"]
        stems = json.loads(data[8 + size + begin : 8 + size + end])
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{str(path)!r} holds no table of meanings ({error!r})") from error
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return Meanings(rows={stem: row for row, stem in enumerate(stems)}, vectors=vectors)
