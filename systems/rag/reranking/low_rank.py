"""LowRank: the files of an adapter on disk, held to their digest and merged into an encoder."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from holdfast.digest import digest_json
from holdfast.errors import MissingExtra, UsageError
from systems.rag.reranking.states import INSTALL, States

if TYPE_CHECKING:
    import torch

__all__ = ["ADAPTER_FILES", "LowRank", "merge"]

ADAPTER_FILES = ("adapter_config.json", "adapter_model.safetensors", "head.safetensors")
"""The first two as PEFT writes them; the third holds what turns the last states into scores."""

_PREFIX = "base_model.model."


@dataclass(frozen=True, slots=True, kw_only=True)
class LowRank:
    """A low-rank adapter (LoRA, Hu and others 2021) with its head, in a folder."""

    folder: Path
    command: str
    """What makes such a folder, told where a file is missing."""
    digest: str | None
    """Digest that the files must have; None takes them as they are."""

    def at(self, folder: Path) -> "LowRank":
        """The same in another folder, where no digest is known."""
        return self if folder == self.folder else replace(self, folder=folder, digest=None)

    def check(self) -> str:
        """Digest of the files.

        Raises:
            UsageError: one of them is missing, or they are not the ones that were expected.
        """
        missing = [name for name in ADAPTER_FILES if not (self.folder / name).is_file()]
        if missing:
            raise UsageError(
                f"the adapter in {str(self.folder)!r} lacks {', '.join(missing)}; make one with "
                f"`{self.command}`"
            )
        files = {name: (self.folder / name).read_bytes() for name in ADAPTER_FILES}
        found = digest_json({name: hashlib.sha256(one).hexdigest() for name, one in files.items()})
        if self.digest not in (None, found):
            raise UsageError(
                f"the adapter in {str(self.folder)!r} has the digest {found}, the one that ships "
                f"has {self.digest}; take the folder from the repository again"
            )
        return found

    def load(self, lower: States) -> "tuple[Sequence[Any], dict[str, torch.Tensor]]":
        """The layers above the lower ones, adapted, and the tensors of the head."""
        try:
            from safetensors.torch import load_file
            from transformers import AutoModel
        except ImportError as error:
            raise MissingExtra(INSTALL) from error
        model: Any = AutoModel.from_pretrained(lower.encoder.folder, local_files_only=True)
        settings = json.loads((self.folder / "adapter_config.json").read_text(encoding="utf-8"))
        merge(
            model.eval(),
            load_file(self.folder / "adapter_model.safetensors"),
            scale=settings["lora_alpha"] / settings["r"],
        )
        head = load_file(self.folder / "head.safetensors")
        return model.encoder.layer[lower.layers :], {
            name: tensor.float() for name, tensor in head.items()
        }


def merge(model: Any, adapter: "Mapping[str, torch.Tensor]", *, scale: float) -> None:
    """Add the product of each pair of low-rank matrices to the weight that it adapts, in place.

    PEFT does the same; that it gives the same scores is tested. Without it here, an adapter is used
    where PEFT is not installed.

    Args:
        model: what was adapted.
        adapter: matrices by their names in PEFT's file.
        scale: what the product is multiplied by.
    """
    import torch

    weights = dict(model.named_parameters())
    with torch.no_grad():
        for name, down in adapter.items():
            if ".lora_A." not in name:
                continue
            up = adapter[name.replace(".lora_A.", ".lora_B.")]
            target = name.removeprefix(_PREFIX).replace(".lora_A.", ".")
            weights[target] += scale * (up.float() @ down.float())
