"""Trainer: weights from lessons, with checkpoints from which an interrupted training goes on."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from systems.models.training import workers
from systems.models.training.batches import Batch, batches
from systems.models.training.mixture import lessons
from systems.models.training.tokenizer import letters

if TYPE_CHECKING:
    import torch
    from transformers import LlamaForCausalLM

__all__ = ["Progress", "Recipe", "train"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Shape of the model and how it is trained."""

    hidden: int = 192
    inner: int = 512
    layers: int = 5
    heads: int = 6
    vocabulary: int = 3088
    context: int = 2048
    tokens: int = 38_000_000
    """Tokens to see in all, prompts included."""
    plateau: int = 14_500_000
    """Tokens at the full learning rates, which are too high to learn more than a little."""
    slower: float = 0.3
    """Share of the learning rates after the plateau."""
    decay: int = 8_000_000
    """Tokens at the end over which the learning rates fall to nothing."""
    warmup: int = 300_000
    step_tokens: int = 3_072
    """Tokens of each process in one step of the optimizers."""
    batch_tokens: int = 1_536
    """Tokens that are in memory at once."""
    muon: float = 0.01
    """Learning rate of the matrices (Muon, Jordan et al. 2024)."""
    adam: float = 0.001
    """Learning rate of embeddings and norms (AdamW)."""
    seed: int = 1

    def rate(self, seen: int) -> float:
        """Share of the full learning rate after so many tokens: warm-up, plateau, a lower plateau, decay."""
        if seen < self.plateau:
            return min(1.0, (seen + self.step_tokens) / self.warmup)
        return self.slower * min(1.0, max(0, self.tokens - seen) / self.decay)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a training is."""

    lessons: int = 0
    """Lessons seen; training goes on about there (lessons of one pool come in any order)."""
    tokens: int = 0
    steps: int = 0
    loss: float = float("nan")
    """Mean loss of the learned tokens in the last steps, in nats."""


def _attend(
    module: Any,
    query: "torch.Tensor",
    key: "torch.Tensor",
    value: "torch.Tensor",
    mask: Any,
    **settings: Any,
) -> "tuple[torch.Tensor, None]":
    """Causal attention in float32: on processors it takes half the time that bfloat16 does."""
    import torch

    with torch.autocast("cpu", enabled=False):
        made = torch.nn.functional.scaled_dot_product_attention(
            query.float(), key.float(), value.float(), is_causal=True, scale=settings.get("scaling")
        )
    return made.transpose(1, 2).contiguous(), None


def build(recipe: Recipe) -> "LlamaForCausalLM":
    """A model with random weights."""
    import torch
    from transformers import AttentionInterface, LlamaConfig, LlamaForCausalLM

    torch.manual_seed(recipe.seed)
    config = LlamaConfig(
        vocab_size=recipe.vocabulary,
        hidden_size=recipe.hidden,
        intermediate_size=recipe.inner,
        num_hidden_layers=recipe.layers,
        num_attention_heads=recipe.heads,
        num_key_value_heads=recipe.heads,
        max_position_embeddings=recipe.context,
        tie_word_embeddings=True,
        initializer_range=0.06,
        pad_token_id=0,
        bos_token_id=1,
        eos_token_id=2,
    )
    if not torch.cuda.is_available():
        AttentionInterface.register("causal_float32", _attend)
        config._attn_implementation = "causal_float32"
    return LlamaForCausalLM(config)


def _optimizers(model: "LlamaForCausalLM", recipe: Recipe) -> "list[torch.optim.Optimizer]":
    import torch

    matrices = [p for name, p in model.named_parameters() if p.ndim == 2 and "embed" not in name]
    chosen = {id(p) for p in matrices}
    others = [p for p in model.parameters() if id(p) not in chosen]
    return [
        torch.optim.Muon(matrices, lr=recipe.muon, momentum=0.95, weight_decay=0.01),
        torch.optim.AdamW(others, lr=recipe.adam, betas=(0.9, 0.98), weight_decay=0.0),
    ]


def _loss(model: "LlamaForCausalLM", batch: Batch) -> "tuple[torch.Tensor, int]":
    """Summed loss of the learned tokens in nats, and their number."""
    import torch

    device = model.device
    ids, mask = batch.ids.to(device), batch.learned[:, 1:].to(device)
    with torch.autocast(device.type, torch.bfloat16):
        states = model.model(ids[:, :-1]).last_hidden_state[mask]
        logits = model.lm_head(states)
    total = torch.nn.functional.cross_entropy(logits.float(), ids[:, 1:][mask], reduction="sum")
    return total, int(mask.sum())


def _step(
    model: Any, optimizers: "list[torch.optim.Optimizer]", group: list[Batch], *, rate: float
) -> float:
    """One step over the batches; the mean loss of their learned tokens."""
    import torch

    learned = sum(int(batch.learned[:, 1:].sum()) for batch in group)
    loss = 0.0
    for batch in group:
        total, _ = _loss(model, batch)
        (total / learned).backward()
        loss += total.item() / learned
    workers.share(model)
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    for optimizer in optimizers:
        for part in optimizer.param_groups:
            part["lr"] = part.setdefault("full", part["lr"]) * rate
        optimizer.step()
        optimizer.zero_grad()
    with torch.no_grad():
        # A vector added to every row changes no probability, and AdamW adds one: what all rare
        # tokens share, which soon outweighs what tells them apart.
        rows = model.get_input_embeddings().weight
        rows -= rows.mean(dim=0)
    return loss


def train(
    folder: Path,
    recipe: Recipe,
    *,
    tokenizer: Any,
    reserved: frozenset[str],
    report: Callable[[Progress], None],
    every: float = 120.0,
) -> Path:
    """Train until the recipe's tokens are seen; goes on where a checkpoint in `folder` stopped.

    Several processes of `workers.together` share the work, and the first of them tells and saves.
    A checkpoint is written every `every` seconds and at the end, in one rename: an interruption
    loses the steps since then and nothing else. Returns the folder of the final weights.
    """
    import torch

    model = build(recipe).to("cuda" if torch.cuda.is_available() else "cpu")
    optimizers = _optimizers(model, recipe)
    progress = _load(folder, model, optimizers)
    rank, world = workers.rank(), workers.world()
    stream = batches(
        tokenizer, lessons(seed=recipe.seed, start=progress.lessons + rank, stride=world, reserved=reserved, words=letters(tokenizer)), tokens=recipe.batch_tokens, longest=recipe.context, seed=progress.lessons + rank,
    )  # fmt: skip
    saved, loss = time.monotonic(), progress.loss
    while progress.tokens < recipe.tokens:
        group = _take(stream, recipe.step_tokens)
        now = _step(model, optimizers, group, rate=recipe.rate(progress.tokens))
        lessons_seen, tokens_seen = workers.total(
            sum(len(batch.ids) for batch in group), sum(batch.ids.numel() for batch in group)
        )
        loss = now if loss != loss else 0.95 * loss + 0.05 * now
        progress = Progress(
            lessons=progress.lessons + lessons_seen,
            tokens=progress.tokens + tokens_seen,
            steps=progress.steps + 1,
            loss=loss,
        )
        if progress.steps % 20 == 0 and rank == 0:
            report(progress)
        if time.monotonic() - saved > every and rank == 0:
            _save(folder, model, optimizers, progress)
            saved = time.monotonic()
    if rank == 0:
        _save(folder, model, optimizers, progress)
    return folder


def _take(stream: Iterator[Batch], tokens: int) -> list[Batch]:
    group = [next(stream)]
    while sum(batch.ids.numel() for batch in group) < tokens * 0.75:
        group.append(next(stream))
    return group


def _save(
    folder: Path, model: Any, optimizers: "list[torch.optim.Optimizer]", progress: Progress
) -> None:
    from safetensors.torch import save_file

    tensors = {f"model/{name}": p.detach().contiguous() for name, p in model.named_parameters()}
    for at, optimizer in enumerate(optimizers):
        for index, state in optimizer.state_dict()["state"].items():
            tensors |= {
                f"optimizer/{at}/{index}/{key}": value.contiguous()
                for key, value in state.items()
                if value is not None
            }
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / "checkpoint.part"
    save_file(tensors, part, metadata={"progress": json.dumps(asdict(progress))})
    part.replace(folder / "checkpoint.safetensors")


def _load(folder: Path, model: Any, optimizers: "list[torch.optim.Optimizer]") -> Progress:
    import torch
    from safetensors import safe_open

    path = folder / "checkpoint.safetensors"
    if not path.exists():
        return Progress()
    with safe_open(path, "pt") as file, torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(file.get_tensor(f"model/{name}"))
        names = [name for name in list(file.keys()) if name.startswith("optimizer/")]
        for at, optimizer in enumerate(optimizers):
            state: dict[int, dict[str, Any]] = {}
            for name in names:
                _, which, index, key = name.split("/")
                if int(which) == at:
                    state.setdefault(int(index), {})[key] = file.get_tensor(name)
            optimizer.load_state_dict({**optimizer.state_dict(), "state": state})
        return Progress(**json.loads(file.metadata()["progress"]))
