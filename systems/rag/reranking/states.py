"""States: what an encoder makes of each token of a text, kept under the digest of that text."""

import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from holdfast.digest import digest_json
from holdfast.errors import MissingExtra
from holdfast.system import Spec
from systems.once import Once
from systems.rag.retrieval.encoder import SentenceEncoder, well_formed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["INSTALL", "States", "TokenStates"]

INSTALL = "reranking needs: pip install torch sentence-transformers"


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenStates:
    """The tokens of one text, with the marks of its beginning and its end."""

    tokens: tuple[int, ...]
    vectors: "NDArray[np.float16]"
    """Shape (tokens, dimensions)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class States:
    """Runs the first layers of an encoder over one text at a time, and remembers what came out.

    Texts are never batched: what is kept for one does not depend on which others came with it.
    """

    encoder: SentenceEncoder = field(default_factory=SentenceEncoder)
    layers: int | None = None
    """Number of layers from the bottom, None for all."""
    longest: int = 192
    """Number of tokens kept at most."""
    folder: Path | None = Path(".holdfast/indexes/states")
    """Where the states of passages are kept; None keeps them in memory alone."""
    # transformers comes with partial types only.
    _loaded: Once[tuple[Any, Any]] = field(
        default_factory=Once[tuple[Any, Any]], init=False, repr=False, compare=False
    )
    _digest: Once[str] = field(default_factory=Once[str], init=False, repr=False, compare=False)
    _kept: Once[dict[str, TokenStates]] = field(
        default_factory=Once[dict[str, TokenStates]], init=False, repr=False, compare=False
    )
    _lock: Lock = field(default_factory=Lock, init=False, repr=False, compare=False)

    @property
    def spec(self) -> Spec:
        encoder = self.encoder.spec
        return Spec(
            name="token-states",
            params={**encoder.params, "layers": self.layers, "longest": self.longest},
            artifacts={"encoder": encoder.digest},
        )

    def of_question(self, text: str) -> TokenStates:
        """States of a text that is not expected to come again; nothing is kept."""
        with self._lock:
            return self._make(text)

    def of_passage(self, text: str) -> TokenStates:
        """States of a text that will come again: made once for all, unless the folder is lost."""
        memory = self._kept.get(dict[str, TokenStates])
        kept = memory.get(text)
        if kept is None:
            with self._lock:
                kept = memory.get(text) or self._read_or_make(text)
                memory[text] = kept
        return kept

    def tokens(self, text: str) -> tuple[int, ...]:
        """Tokens of a text, with the marks of its beginning and its end."""
        with self._lock:
            return self._tokens(text)

    def spans(self, text: str) -> tuple[tuple[int, int], ...]:
        """Where each token begins and ends in a text; marks are empty."""
        tokenizer = self._loaded.get(self._load)[0]
        with self._lock:
            found = tokenizer(
                well_formed(text),
                truncation=True,
                max_length=self.longest,
                return_offsets_mapping=True,
            )
        return tuple((begin, end) for begin, end in found["offset_mapping"])

    @property
    def marks(self) -> frozenset[int]:
        """Tokens that stand for no word."""
        return frozenset(self._loaded.get(self._load)[0].all_special_ids)

    def _read_or_make(self, text: str) -> TokenStates:
        import numpy as np

        if self.folder is None:
            return self._make(text)
        key = digest_json({"text": text, "states": self._digest.get(lambda: self.spec.digest)})
        path = self.folder / f"{key}.npy"
        try:
            vectors = np.load(path, allow_pickle=False)
        except (OSError, ValueError, EOFError):
            vectors = None
        tokens = self._tokens(text)
        if vectors is not None and vectors.dtype == np.float16 and len(vectors) == len(tokens):
            return TokenStates(tokens=tokens, vectors=vectors)
        made = self._make(text)
        _write(path, made.vectors)
        return made

    def _tokens(self, text: str) -> tuple[int, ...]:
        tokenizer = self._loaded.get(self._load)[0]
        return tuple(
            tokenizer(well_formed(text), truncation=True, max_length=self.longest)["input_ids"]
        )

    def _make(self, text: str) -> TokenStates:
        import torch

        model = self._loaded.get(self._load)[1]
        tokens = self._tokens(text)
        with torch.inference_mode():
            states = model(
                input_ids=torch.tensor([tokens]), attention_mask=torch.ones(1, len(tokens))
            ).last_hidden_state
        return TokenStates(tokens=tokens, vectors=states[0].to(torch.float16).numpy())

    def _load(self) -> tuple[Any, Any]:
        folder = self.encoder.folder
        try:
            from transformers import AutoModel, AutoTokenizer
            from transformers.utils import logging
        except ImportError as error:
            raise MissingExtra(INSTALL) from error
        logging.disable_progress_bar()
        tokenizer: Any = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        model: Any = AutoModel.from_pretrained(folder, local_files_only=True).eval()
        if self.layers is not None:
            model.encoder.layer = model.encoder.layer[: self.layers]
        return tokenizer, model


def _write(path: Path, vectors: "NDArray[np.float16]") -> None:
    import numpy as np

    path.parent.mkdir(parents=True, exist_ok=True)
    handle, unfinished = tempfile.mkstemp(dir=path.parent, suffix=".unfinished")
    try:
        with os.fdopen(handle, "wb") as file:
            np.save(file, vectors, allow_pickle=False)
        Path(unfinished).replace(path)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise
