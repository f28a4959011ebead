"""CrossEncoderReranker: a published model that reads question and passage together."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from holdfast.digest import digest_bytes, digest_json
from holdfast.errors import MissingExtra, UsageError
from holdfast.system import Spec
from systems.once import Once
from systems.rag.reranking.states import INSTALL

__all__ = ["CrossEncoderReranker"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossEncoderReranker:
    """Any CrossEncoder of sentence-transformers (Reimers and Gurevych 2019), by name or folder.

    A name is looked up among the models that were fetched before and then, unless HF_HUB_OFFLINE
    is set, on the model hub.
    """

    model: str
    """Folder, or name on the hub such as `cross-encoder/ms-marco-MiniLM-L6-v2`."""
    batch: int = 32
    """Number of passages read at once."""
    _folder: Once[Path] = field(default_factory=Once[Path], init=False, repr=False, compare=False)
    _digest: Once[str] = field(default_factory=Once[str], init=False, repr=False, compare=False)
    # sentence-transformers comes with partial types only.
    _loaded: Once[Any] = field(default_factory=Once[Any], init=False, repr=False, compare=False)
    _lock: Lock = field(default_factory=Lock, init=False, repr=False, compare=False)

    @property
    def spec(self) -> Spec:
        return Spec(
            name="cross-encoder",
            params={"model": self.model},
            artifacts={"model": self._digest.get(self._read_digest)},
        )

    def __call__(self, question: str, texts: Sequence[str], /) -> list[float]:
        model = self._loaded.get(self._load)
        # In one order whatever order they come in, so that padding falls on the same texts.
        known = sorted(set(texts), key=lambda text: (len(text), text))
        with self._lock:
            scores = model.predict(
                [(question, text) for text in known],
                batch_size=self.batch,
                show_progress_bar=False,
                convert_to_numpy=True,
            )
        by_text = dict(zip(known, scores, strict=True))
        return [float(by_text[text]) for text in texts]

    def _load(self) -> Any:
        try:
            from sentence_transformers import CrossEncoder
            from transformers.utils import logging
        except ImportError as error:
            raise MissingExtra(INSTALL) from error
        logging.disable_progress_bar()
        folder = self._folder.get(self._find)
        model = CrossEncoder(str(folder), device="cpu", local_files_only=True)
        if model.num_labels != 1:
            raise UsageError(
                f"the cross-encoder {self.model!r} gives {model.num_labels} numbers for a pair; a "
                "reranker needs a model with one, such as 'cross-encoder/ms-marco-MiniLM-L6-v2'"
            )
        return model

    def _read_digest(self) -> str:
        folder = self._folder.get(self._find)
        return digest_json(
            {
                str(path.relative_to(folder)): digest_bytes(path.read_bytes())
                for path in sorted(folder.rglob("*"))
                if path.is_file()
            }
        )

    def _find(self) -> Path:
        if Path(self.model).is_dir():
            return Path(self.model)
        os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
        try:
            from huggingface_hub import snapshot_download
            from huggingface_hub.errors import HfHubHTTPError, HFValidationError
        except ImportError as error:
            raise MissingExtra(INSTALL) from error
        try:
            return Path(snapshot_download(self.model))
        # Being offline and a name that the hub does not know come as errors of the system.
        except (OSError, HFValidationError, HfHubHTTPError) as error:
            raise UsageError(
                f"the cross-encoder {self.model!r} is neither a folder here nor a model that was "
                "fetched before or can be fetched now; give the folder of a saved CrossEncoder, or "
                "fetch it once with a network"
            ) from error
