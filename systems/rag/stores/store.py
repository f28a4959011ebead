"""Store: what keeps vectors in a folder and finds the nearest of them."""

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from holdfast.system import Spec

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Index", "Store"]


class Index(Protocol):
    """Vectors that can be searched; safe to use from several threads."""

    def search(self, vector: "NDArray[np.float32]", count: int, /) -> list[tuple[int, float]]:
        """Rows of the nearest vectors with their inner products, the greatest first."""
        ...


class Store(Protocol):
    """A kind of index with its settings."""

    @property
    def spec(self) -> Spec: ...

    def make(self, vectors: "NDArray[np.float32]", *, folder: Path, key: str) -> Index:
        """Build an index of unit vectors and keep it in the folder under the key."""
        ...

    def open(self, *, folder: Path, key: str, rows: int) -> Index | None:
        """The index that was kept under the key; None where there is none with so many rows."""
        ...
