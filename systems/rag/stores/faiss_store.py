"""FAISS: exact search, inverted lists and a graph, one file each (Douze and others 2024)."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from holdfast.errors import MissingExtra, UsageError
from holdfast.system import Spec
from systems.rag.stores.store import Index

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["FaissFlat", "FaissHNSW", "FaissIVF"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FaissFlat:
    """Compares with every vector, so that the nearest are always found."""

    @property
    def spec(self) -> Spec:
        return Spec(name="faiss_flat")

    def make(self, vectors: "NDArray[np.float32]", *, folder: Path, key: str) -> Index:
        index = _faiss().IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        return _keep(index, folder / f"{key}.faiss")

    def open(self, *, folder: Path, key: str, rows: int) -> Index | None:
        return _read(folder / f"{key}.faiss", rows=rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class FaissIVF:
    """Compares with the vectors of the nearest clusters alone."""

    lists: int = 16
    """Number of clusters; there are never more than vectors."""
    probes: int = 4
    """Number of clusters that are searched."""
    seed: int = 1234
    """Start of the clustering."""

    def __post_init__(self) -> None:
        if not 1 <= self.probes <= self.lists:
            raise UsageError(
                f"probes must lie between 1 and lists, got probes={self.probes!r} and "
                f"lists={self.lists!r}"
            )

    @property
    def spec(self) -> Spec:
        params = {"lists": self.lists, "probes": self.probes, "seed": self.seed}
        return Spec(name="faiss_ivf", params=params)

    def make(self, vectors: "NDArray[np.float32]", *, folder: Path, key: str) -> Index:
        faiss = _faiss()
        rows, size = vectors.shape
        lists = min(self.lists, rows)
        index = faiss.IndexIVFFlat(faiss.IndexFlatIP(size), size, lists, faiss.METRIC_INNER_PRODUCT)
        index.cp.seed = self.seed
        # FAISS warns of small collections on the error stream; here they are the rule.
        index.cp.min_points_per_centroid = 1
        index.train(vectors)
        index.add(vectors)
        index.nprobe = min(self.probes, lists)
        return _keep(index, folder / f"{key}.faiss")

    def open(self, *, folder: Path, key: str, rows: int) -> Index | None:
        return _read(folder / f"{key}.faiss", rows=rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class FaissHNSW:
    """Walks a graph of neighbours (Malkov and Yashunin 2020)."""

    neighbours: int = 32
    """Number of edges of a vector."""
    construction: int = 200
    """Number of candidates that are kept while an edge is chosen."""
    search: int = 64
    """Number of candidates that are kept while the graph is walked."""

    @property
    def spec(self) -> Spec:
        params = {
            "neighbours": self.neighbours,
            "construction": self.construction,
            "search": self.search,
        }
        return Spec(name="faiss_hnsw", params=params)

    def make(self, vectors: "NDArray[np.float32]", *, folder: Path, key: str) -> Index:
        faiss = _faiss()
        index = faiss.IndexHNSWFlat(vectors.shape[1], self.neighbours, faiss.METRIC_INNER_PRODUCT)
        index.hnsw.efConstruction = self.construction
        index.hnsw.efSearch = self.search
        # One at a time: threads that add together give another graph each time.
        for row in range(len(vectors)):
            index.add(vectors[row : row + 1])
        return _keep(index, folder / f"{key}.faiss")

    def open(self, *, folder: Path, key: str, rows: int) -> Index | None:
        return _read(folder / f"{key}.faiss", rows=rows)


@dataclass(frozen=True, slots=True)
class _Searched:
    # FAISS comes without types.
    index: Any

    def search(self, vector: "NDArray[np.float32]", count: int, /) -> list[tuple[int, float]]:
        scores, places = self.index.search(vector.reshape(1, -1), min(count, self.index.ntotal))
        pairs = zip(places[0].tolist(), scores[0].tolist(), strict=True)
        # An approximate index fills up with -1 where it has seen fewer vectors.
        return [(place, score) for place, score in pairs if place >= 0]


def _keep(index: Any, path: Path) -> Index:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, unfinished = tempfile.mkstemp(dir=path.parent, suffix=".unfinished")
    os.close(handle)
    try:
        _faiss().write_index(index, unfinished)
        Path(unfinished).replace(path)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise
    return _Searched(index)


def _read(path: Path, *, rows: int) -> Index | None:
    if not path.is_file():
        return None
    try:
        index = _faiss().read_index(str(path))
    except RuntimeError:
        # A damaged file is made again.
        return None
    return _Searched(index) if index.ntotal == rows else None


def _faiss() -> Any:
    try:
        import faiss
    except ImportError as error:
        raise MissingExtra(
            "dense retrieval needs: pip install sentence-transformers faiss-cpu"
        ) from error
    return faiss
