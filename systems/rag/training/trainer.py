"""Trainer: fits adapter and head to drills."""

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from systems.rag.reranking.joint import Head, joint_scores, read_side
from systems.rag.reranking.maxsim import MaxSim
from systems.rag.reranking.states import States
from systems.rag.training.descent import Descent, Group
from systems.rag.training.drill import Drill, Row
from systems.rag.training.lora import low_rank, save_low_rank

if TYPE_CHECKING:
    import torch

__all__ = ["Progress", "Readers", "Recipe", "Trained", "train"]

_LATE = 20.0
"""Weight of late interaction before training: its cosines differ by hundredths."""
_POOLED = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Settings of a training."""

    rank: int = 8
    alpha: int = 16
    """The product of the low-rank matrices counts alpha / rank times."""
    rate: float = 1.5e-3
    """Highest learning rate of the adapter; it rises over the first tenth and falls in a line. The
    head learns eight times as fast, and the weight of late interaction twenty times."""
    rows: int = 900
    """Questions seen, each with a list of passages."""
    length: int = 7
    """Passages of one list."""
    gathered: int = 4
    """Questions of one step."""
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """What reads texts before the adapted layers do; nothing in it is trained."""

    late: MaxSim
    lower: States


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a training is."""

    rows: int
    loss: float
    """Mean over the rows since the last report."""
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """What a training leaves."""

    model: Any
    """The encoder with its adapter, a model of PEFT."""
    head: Head

    def save(self, folder: Path) -> None:
        """Write adapter and head in half precision, as `AdaptedReranker` reads them."""
        head = {name: getattr(self.head, name) for name in Head.__dataclass_fields__}
        save_low_rank(self.model, folder, head=head)


def train(
    drills: Sequence[Drill],
    texts: Mapping[str, str],
    *,
    readers: Readers,
    recipe: Recipe,
    report: Callable[[Progress], None],
) -> Trained:
    """Fit adapter and head so that right passages are chosen from each list.

    The loss is the cross entropy between the shares of a list and the softmax of its scores
    (ListNet, Cao and others, ICML 2007).
    """
    import torch

    torch.manual_seed(recipe.seed)
    trained = _begin(readers, recipe)
    descent = _descent(trained, recipe)
    losses: list[float] = []
    began = time.perf_counter()
    for count, row in enumerate(_rows(drills, recipe), start=1):
        loss = _loss(trained, row, texts, readers=readers)
        (loss / recipe.gathered).backward()
        losses.append(loss.item())
        if count % recipe.gathered == 0:
            descent.step()
        if count % 100 == 0:
            seconds = time.perf_counter() - began
            report(Progress(rows=count, loss=sum(losses) / len(losses), seconds=seconds))
            losses.clear()
    return trained


def _begin(readers: Readers, recipe: Recipe) -> Trained:
    import torch

    first = readers.lower.layers or 0
    folder = readers.lower.encoder.folder
    model = low_rank(folder, first=first, rank=recipe.rank, alpha=recipe.alpha)
    width = model.config.hidden_size
    head = Head(
        segments=torch.zeros(2, width, requires_grad=True),
        pooled=torch.full((width,), _POOLED, requires_grad=True),
        first=torch.zeros(width, requires_grad=True),
        late=torch.tensor([_LATE], requires_grad=True),
    )
    return Trained(model=model, head=head)


def _descent(trained: Trained, recipe: Recipe) -> Descent:
    adapter = [weight for weight in trained.model.parameters() if weight.requires_grad]
    head = trained.head
    groups = (
        Group(parameters=adapter),
        Group(parameters=[head.segments, head.pooled, head.first], times=8),
        Group(parameters=[head.late], times=20),
    )
    steps = recipe.rows // recipe.gathered
    return Descent.over(groups, rate=recipe.rate, steps=steps, rise=0.1)


def _rows(drills: Sequence[Drill], recipe: Recipe) -> Iterator[Row]:
    dice = random.Random(recipe.seed)  # noqa: S311  # training needs no secrecy
    left: list[Drill] = []
    for _ in range(recipe.rows):
        if not left:
            left = list(drills)
            dice.shuffle(left)
        yield left.pop().draw(dice, length=recipe.length)


def _loss(
    trained: Trained, row: Row, texts: Mapping[str, str], *, readers: Readers
) -> "torch.Tensor":
    import torch

    passages = [texts[identity] for identity in row.passages]
    marks = readers.lower.marks
    lower = readers.lower
    scores = joint_scores(
        trained.model.base_model.model.encoder.layer[lower.layers :],
        trained.head,
        question=read_side(lower.of_question(row.question), marks=marks),
        passages=[read_side(lower.of_passage(text), marks=marks) for text in passages],
        late=torch.tensor(readers.late(row.question, passages)),
    )
    return -(torch.tensor(row.shares) * torch.log_softmax(scores, dim=-1)).sum()
