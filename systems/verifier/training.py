"""Training: fits an adapter of MiniLM and its head to drills."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from systems.rag.reranking.states import States
from systems.rag.training.descent import Descent, Group
from systems.rag.training.lora import low_rank, save_low_rank
from systems.verifier.drills import Drill, token_marks
from systems.verifier.reader import Judgement, ReaderHead, judge, lay_out

if TYPE_CHECKING:
    import torch

__all__ = ["Progress", "Recipe", "Trained", "train"]

_TOKENS, _TURNS = 0.5, 0.2
"""What the losses of tokens and of contradictions count, beside that of claims."""
_RARE = 3.0
"""What a wrong token counts beside a right one."""
_SORTED = 16
"""Batches whose drills are sorted by length, so that little is padded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Settings of a training."""

    rank: int = 12
    alpha: int = 24
    """The product of the low-rank matrices counts alpha / rank times."""
    rate: float = 1e-3
    """Highest learning rate of the adapter; it rises over the first twentieth and falls in a line.
    The head learns four times as fast."""
    batch: int = 16
    rounds: int = 1
    """How often each drill is seen."""
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a training is."""

    seen: int
    loss: float
    """Mean since the last report."""
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """What a training leaves."""

    model: Any
    """The encoder with its adapter, a model of PEFT."""
    head: ReaderHead

    def save(self, folder: Path) -> None:
        """Write adapter and head in half precision, as `AdaptedReader` reads them."""
        head = {name: getattr(self.head, name) for name in ReaderHead.__dataclass_fields__}
        save_low_rank(self.model, folder, head=head)


def train(
    drills: Sequence[Drill],
    *,
    lower: States,
    recipe: Recipe,
    report: Callable[[Progress], None],
    begun: Path | None = None,
) -> Trained:
    """Fit adapter and head so that supported claims, and the wrong words of others, are told.

    Args:
        drills: what is learned.
        lower: the layers that read texts alone.
        recipe: settings.
        report: told now and then how far it is.
        begun: folder of an adapter from which to go on; None begins anew.
    """
    import torch

    torch.manual_seed(recipe.seed)
    trained = _begin(lower, recipe)
    if begun is not None:
        _go_on(trained, begun)
    steps = len(drills) * recipe.rounds // recipe.batch
    descent = _descent(trained, steps=steps, rate=recipe.rate)
    layers = trained.model.base_model.model.encoder.layer[lower.layers :]
    losses: list[float] = []
    began, seen = time.perf_counter(), 0
    for count, batch in enumerate(_batches(drills, recipe), start=1):
        sheets = [_sheet(one, lower) for one in batch]
        loss = _loss(judge(layers, trained.head, sheets), batch, lower=lower)
        loss.backward()
        descent.step()
        losses.append(loss.item())
        seen += len(batch)
        if count % 50 == 0:
            seconds = time.perf_counter() - began
            report(Progress(seen=seen, loss=sum(losses) / len(losses), seconds=seconds))
            losses.clear()
    return trained


def _begin(lower: States, recipe: Recipe) -> Trained:
    import torch

    folder, first = lower.encoder.folder, lower.layers or 0
    model = low_rank(folder, first=first, rank=recipe.rank, alpha=recipe.alpha)
    width = model.config.hidden_size
    # At first no token is taken for wrong, and the worst of a claim counts once.
    head = ReaderHead(
        segments=torch.randn(4, width).mul(0.02).requires_grad_(),
        token=torch.zeros(width, requires_grad=True),
        first=torch.zeros(width, requires_grad=True),
        turn=torch.zeros(width, requires_grad=True),
        biases=torch.tensor([-3.0, 0.0, 0.0, 1.0], requires_grad=True),
    )
    return Trained(model=model, head=head)


def _go_on(trained: Trained, folder: Path) -> None:
    """Put the weights of a former training in the place of fresh ones."""
    import torch
    from peft import set_peft_model_state_dict
    from safetensors.torch import load_file

    adapter = load_file(folder / "adapter_model.safetensors")
    set_peft_model_state_dict(trained.model, {name: one.float() for name, one in adapter.items()})
    with torch.no_grad():
        for name, tensor in load_file(folder / "head.safetensors").items():
            getattr(trained.head, name).copy_(tensor)


def _descent(trained: Trained, *, steps: int, rate: float) -> Descent:
    adapter = [weight for weight in trained.model.parameters() if weight.requires_grad]
    head = [getattr(trained.head, name) for name in ReaderHead.__dataclass_fields__]
    groups = (Group(parameters=adapter), Group(parameters=head, times=4, decay=0.0))
    return Descent.over(groups, rate=rate, steps=steps, rise=0.05)


def _batches(drills: Sequence[Drill], recipe: Recipe) -> Iterator[list[Drill]]:
    """Batches of about equal length, in random order."""
    dice = random.Random(recipe.seed)  # noqa: S311  # training needs no secrecy
    for _ in range(recipe.rounds):
        left = dice.sample(list(drills), len(drills))
        for start in range(0, len(left), recipe.batch * _SORTED):
            part = sorted(left[start : start + recipe.batch * _SORTED], key=_length)
            cut = [part[at : at + recipe.batch] for at in range(0, len(part), recipe.batch)]
            yield from dice.sample(cut, len(cut))


def _length(drill: Drill) -> int:
    return len(drill.lesson.claim) + sum(map(len, drill.window))


def _sheet(drill: Drill, lower: States) -> Any:
    sentences = [lower.of_passage(one) for one in drill.window]
    return lay_out(lower.of_question(drill.lesson.claim), sentences, lower=lower)


def _loss(judged: Judgement, batch: Sequence[Drill], *, lower: States) -> "torch.Tensor":
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

    labels = [one.lesson.label for one in batch]
    right = torch.tensor([float(label == "supported") for label in labels])
    against = torch.tensor([float(label == "contradicted") for label in labels])
    claims = cross_entropy(judged.supported, right)
    turns = cross_entropy(judged.contradicted, against, weight=1 - right)
    marks = torch.zeros_like(judged.wrong)
    known = judged.words.float()
    for row, one in enumerate(batch):
        if one.lesson.wrong is None:
            known[row] = 0
        elif one.lesson.wrong:
            found = token_marks(one.lesson, lower)
            marks[row, : len(found)] = torch.tensor(found).float()
    weights = known * (1 + (_RARE - 1) * marks)
    tokens = cross_entropy(judged.wrong, marks, weight=weights, reduction="sum")
    return claims + _TURNS * turns + _TOKENS * tokens / weights.sum().clamp(min=1)
