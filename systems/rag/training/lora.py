"""LoRA (Hu and others 2021): an encoder with low-rank matrices on its upper layers; its file."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

__all__ = ["low_rank", "save_low_rank"]

_TARGETS = (
    "query",
    "key",
    "value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)


def low_rank(folder: Path, *, first: int, rank: int, alpha: int) -> Any:
    """The encoder in a folder, a model of PEFT.

    Args:
        folder: where its files lie.
        first: number of the first adapted layer, from 0.
        rank: inner dimension of the matrices.
        alpha: their product counts alpha / rank times.
    """
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModel

    encoder: Any = AutoModel.from_pretrained(folder, local_files_only=True)
    config = LoraConfig(
        r=rank,
        lora_alpha=alpha,
        target_modules=list(_TARGETS),
        layers_to_transform=list(range(first, len(encoder.encoder.layer))),
        layers_pattern="layer",
    )
    # Without dropout: the adapter is small, and what is kept of the texts has none either.
    return get_peft_model(encoder, config).eval()


def save_low_rank(model: Any, folder: Path, *, head: "Mapping[str, torch.Tensor]") -> None:
    """Write the adapter of such a model and its head in half precision, and the settings."""
    from peft import get_peft_model_state_dict
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    config = model.peft_config["default"]
    config.inference_mode = True
    config.base_model_name_or_path = "sentence-transformers/all-MiniLM-L6-v2"
    # A set has no order of its own, and equal trainings shall give equal files.
    config.target_modules = sorted(config.target_modules)
    config.save_pretrained(folder)
    # Embeddings are not adapted; asked about them, PEFT would look for the model on the hub.
    weights = get_peft_model_state_dict(model, save_embedding_layers=False)
    halves = {name: tensor.detach().half().contiguous() for name, tensor in weights.items()}
    save_file(halves, folder / "adapter_model.safetensors")
    heads = {name: tensor.detach().half() for name, tensor in head.items()}
    save_file(heads, folder / "head.safetensors")
