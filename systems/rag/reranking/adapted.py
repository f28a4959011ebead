"""AdaptedReranker: MiniLM with the adapter that this project trained to read pairs."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from holdfast.digest import digest_json
from holdfast.errors import MissingExtra, UsageError
from holdfast.system import Spec
from systems.once import Once
from systems.rag.reranking.joint import Head, Side, joint_scores, read_side
from systems.rag.reranking.maxsim import MaxSim
from systems.rag.reranking.states import INSTALL, States

if TYPE_CHECKING:
    import torch

__all__ = [
    "ADAPTER", "ADAPTER_FILES", "AdaptedReranker", "adapted_layers", "digest_of_adapter", "merge",
]  # fmt: skip

ADAPTER = Path(__file__).with_name("adapter")
"""Folder of the adapter that ships."""

ADAPTER_FILES = ("adapter_config.json", "adapter_model.safetensors", "head.safetensors")
"""The first two as PEFT writes them; the third holds the `Head`."""

_SHIPPED = "79e274ec3f861bb85608b35a440d4b98"
"""Digest of the files of the adapter that ships."""

_PREFIX = "base_model.model."
_BATCH = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class AdaptedReranker:
    """A cross-encoder whose lower layers read each text alone, and whose upper ones read the pair.

    What the lower layers make of a passage is kept, as in PreTTR (MacAvaney and others, SIGIR
    2020), so that a question costs the upper layers alone. They are those of all-MiniLM-L6-v2 with
    a low-rank adapter (LoRA, Hu and others 2021), merged into the weights at the first question.
    The head adds late interaction, which the adapter learned to correct.
    """

    late: MaxSim = field(default_factory=MaxSim)
    """Late interaction with the tokens' final states."""
    lower: States = field(default_factory=lambda: States(layers=4))
    """The layers that read texts alone; the rest reads the pair."""
    adapter: Path = ADAPTER
    """Folder with the adapter and the head, as `python -m systems.rag.training reranker` writes
    them."""
    _loaded: Once[tuple[Sequence[Any], Head]] = field(
        default_factory=Once[tuple[Sequence[Any], Head]], init=False, repr=False, compare=False
    )
    _digest: Once[str] = field(default_factory=Once[str], init=False, repr=False, compare=False)

    @property
    def spec(self) -> Spec:
        return Spec(
            name="adapted-reranker",
            params={"joint_layers_from": self.lower.layers},
            artifacts={
                "adapter": self._digest.get(self._check),
                "late": self.late.spec.digest,
                "lower": self.lower.spec.digest,
            },
        )

    def __call__(self, question: str, texts: Sequence[str], /) -> list[float]:
        import torch

        layers, head = self._loaded.get(self._load)
        # In one order whatever order they come in, so that padding falls on the same texts.
        known = sorted(set(texts), key=lambda text: (len(text), text))
        late = self.late(question, known)
        marks = self.lower.marks
        asked = read_side(self.lower.of_question(question), marks=marks)
        scores: dict[str, float] = {}
        with torch.inference_mode():
            for start in range(0, len(known), _BATCH):
                part = known[start : start + _BATCH]
                found = joint_scores(
                    layers,
                    head,
                    question=asked,
                    passages=[self._side(text, marks) for text in part],
                    late=torch.tensor(late[start : start + _BATCH]),
                )
                scores.update(zip(part, found.tolist(), strict=True))
        return [scores[text] for text in texts]

    def _side(self, text: str, marks: frozenset[int]) -> Side:
        return read_side(self.lower.of_passage(text), marks=marks)

    def _check(self) -> str:
        command = "python -m systems.rag.training reranker --to FOLDER"
        digest = digest_of_adapter(self.adapter, command=command)
        if self.adapter == ADAPTER and digest != _SHIPPED:
            raise UsageError(
                f"the adapter in {str(self.adapter)!r} has the digest {digest}, the one that ships "
                f"has {_SHIPPED}; take the folder from the repository again"
            )
        return digest

    def _load(self) -> tuple[Sequence[Any], Head]:
        # Before the load, so that altered weights are never run.
        self._digest.get(self._check)
        layers, head = adapted_layers(self.lower, self.adapter)
        return layers, Head(**head)


def digest_of_adapter(folder: Path, *, command: str) -> str:
    """Digest of an adapter's files.

    Args:
        folder: where they lie.
        command: what makes them, told where they are not there.

    Raises:
        UsageError: one of them is missing.
    """
    missing = [name for name in ADAPTER_FILES if not (folder / name).is_file()]
    if missing:
        raise UsageError(
            f"the adapter in {str(folder)!r} lacks {', '.join(missing)}; make one with `{command}`"
        )
    return digest_json(
        {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in ADAPTER_FILES}
    )


def adapted_layers(lower: States, folder: Path) -> "tuple[Sequence[Any], dict[str, torch.Tensor]]":
    """The layers above the lower ones with the adapter in a folder, and the tensors of its head."""
    try:
        from safetensors.torch import load_file
        from transformers import AutoModel
    except ImportError as error:
        raise MissingExtra(INSTALL) from error
    model: Any = AutoModel.from_pretrained(lower.encoder.folder, local_files_only=True)
    settings = json.loads((folder / "adapter_config.json").read_text(encoding="utf-8"))
    merge(
        model.eval(),
        load_file(folder / "adapter_model.safetensors"),
        scale=settings["lora_alpha"] / settings["r"],
    )
    head = load_file(folder / "head.safetensors")
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
