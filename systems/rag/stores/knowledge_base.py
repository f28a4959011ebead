"""Knowledge base: texts, the model that reads them and the store that finds them, in step."""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from holdfast.digest import digest_bytes, digest_json
from holdfast.errors import DatasetError, UsageError
from systems.once import Once
from systems.rag.corpus import Checked, Texts
from systems.rag.retrieval.encoder import Encoder
from systems.rag.stores.embeddings import embed
from systems.rag.stores.faiss_store import FaissFlat
from systems.rag.stores.store import Index, Store

__all__ = ["KnowledgeBase", "Refreshed"]

_MANIFEST = ".texts.json"
"""End of the name of the list of texts that stands beside an index."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshed:
    """What a refresh had to do."""

    embedded: int
    """Number of texts that the model had to read."""
    kept: int
    """Number of texts whose vectors were there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeBase:
    """An index that is never older than the texts that it is asked about.

    Its name on disk is the digest of texts, model and store: the index of another state of the
    documents cannot be taken for it. A refresh embeds changed texts alone.
    """

    texts: Texts
    encoder: Encoder
    folder: Path
    """Where embeddings and indexes are kept."""
    store: Store = field(default_factory=FaissFlat)
    refresh: bool = True
    """Whether an index that is missing is made at the first search; it is an error otherwise."""
    _opened: Once[Index] = field(default_factory=Once[Index], init=False, repr=False, compare=False)

    @property
    def key(self) -> str:
        """Digest of everything that the index follows from."""
        # Rows are told by their place, so the order of the texts counts.
        places = [[identity, digest] for identity, digest in self._texts()]
        return digest_json([places, self._family()])

    def search(self, question: str, *, count: int) -> list[tuple[str, float]]:
        """Ids of the texts nearest to a question with their cosines.

        Raises:
            UsageError: there is no index of the texts as they are, and `refresh` is off.
            DatasetError: the documents changed on disk since they were read.
        """
        if isinstance(self.texts, Checked):
            self.texts.check()
        index, texts = self._opened.get(self._open), self.texts.texts
        found = index.search(self.encoder([question])[0], min(count, len(texts)))
        return [(texts[row].id, score) for row, score in found]

    def update(self) -> Refreshed:
        """Make the index of the texts as they are; only texts that changed are embedded.

        Raises:
            DatasetError: there are no texts.
        """
        texts = self.texts.texts
        if not texts:
            raise DatasetError("there are no texts to index; give a corpus that holds some")
        vectors, made = embed([text.searchable for text in texts], self.encoder, folder=self.folder)
        self.store.make(vectors, folder=self.folder, key=self.key)
        manifest = {"family": self._family(), "texts": dict(self._texts())}
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=self.folder, suffix=".unfinished", delete=False
        ) as file:
            json.dump(manifest, file)
        Path(file.name).replace(self.folder / f"{self.key}{_MANIFEST}")
        return Refreshed(embedded=made, kept=len(texts) - made)

    def _open(self) -> Index:
        index = self._kept()
        if index is None and not self.refresh:
            raise UsageError(self._stale())
        if index is None:
            self.update()
            index = self._kept()
        if index is None:
            raise UsageError(f"{self.store.spec.label} did not keep the index that it made")
        return index

    def _kept(self) -> Index | None:
        return self.store.open(folder=self.folder, key=self.key, rows=len(self.texts.texts))

    def _texts(self) -> list[tuple[str, str]]:
        """Id and digest of each text, in the order of the index."""
        return [
            (text.id, digest_bytes(text.searchable.encode("utf-8", "surrogatepass")))
            for text in self.texts.texts
        ]

    def _family(self) -> str:
        return digest_json([self.encoder.spec.digest, self.store.spec.digest])

    def _stale(self) -> str:
        """What is wrong with the newest index of the same model and store."""
        advice = "make one with KnowledgeBase.update(), which embeds only what changed"
        manifests = sorted(
            self.folder.glob(f"*{_MANIFEST}"), key=lambda path: path.stat().st_mtime, reverse=True
        )
        for path in manifests:
            manifest = json.loads(path.read_text(encoding="utf-8"))
            if manifest.get("family") == self._family():
                changes = _changes(manifest["texts"], dict(self._texts()))
                return f"the index under {str(self.folder)!r} is stale: {changes}; {advice}"
        return (
            f"there is no index of these texts under {str(self.folder)!r} for "
            f"{self.encoder.spec.label} and {self.store.spec.label}; {advice}"
        )


def _changes(old: Mapping[str, str], new: Mapping[str, str]) -> str:
    edited = sorted(key for key in old.keys() & new.keys() if old[key] != new[key])
    parts = [
        (edited, "changed"),
        (sorted(new.keys() - old.keys()), "are new"),
        (sorted(old.keys() - new.keys()), "are gone"),
    ]
    told = [f"{len(keys)} {what} ({keys[0]!r})" for keys, what in parts if keys]
    if told:
        return f"of its texts {', '.join(told)}"
    moved = "they stand in another order" if list(old) != list(new) else "its files are damaged"
    return f"of its texts none changed, but {moved}"
