"""Grammars: JSON Schemas as masks over the next token, by xgrammar."""

import json
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from holdfast.digest import Json
from holdfast.errors import MissingExtra, UsageError

if TYPE_CHECKING:
    import torch

__all__ = ["Grammar", "Grammars"]


class Grammar:
    """How far one text has come within a schema, and what may follow."""

    def __init__(self, matcher: Any, printable: "torch.Tensor") -> None:
        """Begin with a matcher; `printable` is the mask of tokens without control characters."""
        self._matcher = matcher
        self._printable = printable

    def fill(self, masks: "torch.Tensor", row: int) -> None:
        """Write the mask of the tokens that may follow into a row, one bit for each."""
        self._matcher.fill_next_token_bitmask(masks, row)
        # xgrammar lets control characters into strings of bounded length; JSON forbids them.
        masks[row] &= self._printable

    def accept(self, token: int) -> None:
        """Go on with a token."""
        self._matcher.accept_token(token)


class Grammars:
    """Compiles schemas for one tokenizer; each schema once (Dong et al. 2024, XGrammar)."""

    def __init__(self, tokenizer: Any, *, width: int, ends: frozenset[int]) -> None:
        """Compile for a tokenizer whose model has `width` logits, and turns that end so."""
        self._tokenizer = tokenizer
        self._width = width
        self._ends = sorted(ends)
        self._compiler: Any = None
        self._printable: Any = None
        self._compiled: dict[str, Any] = {}
        self._lock = threading.Lock()

    def begin(self, schema: Mapping[str, Json]) -> Grammar:
        """A grammar that allows the JSON texts that satisfy a schema.

        Keys come in the order of the schema, on one line, with a space after commas and colons.

        Raises:
            MissingExtra: xgrammar is not installed.
            UsageError: the schema cannot be enforced.
        """
        try:
            import xgrammar
        except ImportError as error:
            raise MissingExtra("a schema for a local model needs: pip install xgrammar") from error
        text = json.dumps(schema, ensure_ascii=False)
        with self._lock:
            if text not in self._compiled:
                self._compiled[text] = self._compile(text)
            return Grammar(xgrammar.GrammarMatcher(self._compiled[text]), self._printable)

    def _compile(self, text: str) -> Any:
        import xgrammar

        if self._compiler is None:
            info = xgrammar.TokenizerInfo.from_huggingface(
                self._tokenizer, vocab_size=self._width, stop_token_ids=self._ends
            )
            self._printable = _printable(info.decoded_vocab)
            self._compiler = xgrammar.GrammarCompiler(info, max_threads=1)
        try:
            return self._compiler.compile_json_schema(text, any_whitespace=False)
        except RuntimeError as error:
            raise UsageError(f"the schema {text[:200]} cannot be enforced: {error}") from error


def _printable(vocabulary: list[bytes]) -> "torch.Tensor":
    """One bit for each token: set where it has no control character."""
    import numpy as np
    import torch

    words = -(-len(vocabulary) // 32)
    bits = np.zeros(words * 32, np.uint8)
    bits[: len(vocabulary)] = [all(byte >= 32 for byte in token) for token in vocabulary]
    return torch.from_numpy(np.packbits(bits, bitorder="little").view("<i4").copy())
