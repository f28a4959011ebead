"""Network: a transformers model in memory, with its tokenizer."""

from dataclasses import dataclass
from typing import Any

from holdfast.errors import MissingExtra
from systems.models.weights import INSTALL, ModelFiles

__all__ = ["Network", "load_network"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """A model that is ready to read and write."""

    # transformers comes with partial types only.
    tokenizer: Any
    model: Any
    ends: frozenset[int]
    """The tokens that end a turn: those of the generation settings and of the tokenizer."""
    context: int
    """Largest number of tokens that the model reads at once."""


def load_network(files: ModelFiles, *, precision: str = "float32", device: str = "cpu") -> Network:
    """Load a model from its folder: safetensors alone, and no code of the model's own.

    Raises:
        MissingExtra: torch or transformers is not installed.
        UsageError: the weights are not the published ones.
    """
    # Before the load, so that altered weights are never run.
    files.digests()
    try:
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer
        from transformers.utils import logging
    except ImportError as error:
        raise MissingExtra(INSTALL) from error
    logging.disable_progress_bar()
    folder = str(files.folder)
    options = {"local_files_only": True, "trust_remote_code": False}
    tokenizer: Any = AutoTokenizer.from_pretrained(folder, **options)
    model: Any = AutoModelForCausalLM.from_pretrained(
        folder, dtype=getattr(torch, precision), use_safetensors=True, **options
    )
    stated = model.generation_config.eos_token_id
    several = stated if isinstance(stated, list) else [stated]
    ends = {end for end in (*several, tokenizer.eos_token_id) if end is not None}
    return Network(
        tokenizer=tokenizer,
        model=model.to(device).eval(),
        ends=frozenset(ends),
        context=getattr(model.config.get_text_config(), "max_position_embeddings", None) or 2**30,
    )
