"""Chroma: a local vector database in a folder, without its telemetry."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock

from holdfast.errors import MissingExtra
from holdfast.system import Spec
from systems.rag.stores.store import Index

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Chroma"]

_COMPLETE = "complete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chroma:
    """One collection of a persistent Chroma database for each key; its index is a graph (HNSW)."""

    neighbours: int = 16
    """Number of edges of a vector."""
    construction: int = 200
    """Number of candidates that are kept while an edge is chosen."""
    search: int = 100
    """Number of candidates that are kept while the graph is walked."""

    @property
    def spec(self) -> Spec:
        params = {
            "neighbours": self.neighbours,
            "construction": self.construction,
            "search": self.search,
        }
        return Spec(name="chroma", params=params)

    def make(self, vectors: "NDArray[np.float32]", *, folder: Path, key: str) -> Index:
        place = folder / "chroma"
        place.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / "chroma.lock"):
            made = self.open(folder=folder, key=key, rows=len(vectors))
            if made is not None:
                # Another process made it while this one waited, and may be using it.
                return made
            client = _client(place)
            if _names(client, key):
                client.delete_collection(key)
            collection = client.create_collection(
                key, embedding_function=None, configuration={"hnsw": self._graph()}
            )
            step = client.get_max_batch_size()
            for start in range(0, len(vectors), step):
                part = vectors[start : start + step]
                ids = [str(row) for row in range(start, start + len(part))]
                collection.add(ids=ids, embeddings=part)
            # Said last, so that an attempt that was cut short is never opened.
            collection.modify(metadata={_COMPLETE: len(vectors)})
        return _Searched(collection)

    def open(self, *, folder: Path, key: str, rows: int) -> Index | None:
        place = folder / "chroma"
        if not place.is_dir():
            return None
        client = _client(place)
        if not _names(client, key):
            return None
        collection = client.get_collection(key, embedding_function=None)
        kept: Mapping[str, Any] = collection.metadata or {}
        whole = kept.get(_COMPLETE) == rows == collection.count()
        return _Searched(collection) if whole else None

    def _graph(self) -> dict[str, object]:
        return {
            "space": "ip",
            "max_neighbors": self.neighbours,
            "ef_construction": self.construction,
            "ef_search": self.search,
        }


@dataclass(frozen=True, slots=True)
class _Searched:
    # A collection of Chroma; its types are those of the embedding functions that are not used.
    collection: Any

    def search(self, vector: "NDArray[np.float32]", count: int, /) -> list[tuple[int, float]]:
        found = self.collection.query(
            query_embeddings=vector.reshape(1, -1), n_results=count, include=["distances"]
        )
        pairs = zip(found["ids"][0], found["distances"][0], strict=True)
        return [(int(identity), 1.0 - float(distance)) for identity, distance in pairs]


def _client(folder: Path) -> Any:
    try:
        import chromadb
        from chromadb.config import Settings
    except ImportError as error:
        raise MissingExtra("the Chroma store needs: pip install chromadb") from error
    return chromadb.PersistentClient(
        path=str(folder), settings=Settings(anonymized_telemetry=False)
    )


def _names(client: Any, key: str) -> bool:
    return any(collection.name == key for collection in client.list_collections())
