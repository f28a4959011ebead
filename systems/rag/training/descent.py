"""Descent: the optimizer of an adapter and its head, with a rate that rises and falls."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

__all__ = ["Descent", "Group"]

_CLIP = 1.0
"""Longest gradient."""
_DECAY = 0.01
_LEAST = 0.03
"""Share of the highest rate under which it does not fall."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Parameters that learn alike."""

    parameters: "Sequence[torch.Tensor]"
    times: float = 1.0
    """How many times as fast as the first group."""
    decay: float = _DECAY
    """How fast a weight that nothing pulls at shrinks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Descent:
    """AdamW (Loshchilov and Hutter 2019) over groups of parameters."""

    groups: Sequence[Group]
    optimizer: Any
    schedule: Any

    @classmethod
    def over(cls, groups: Sequence[Group], *, rate: float, steps: int, rise: float) -> "Descent":
        """A descent that has not begun.

        Args:
            groups: what is fitted.
            rate: highest learning rate.
            steps: how often `step` will be called.
            rise: share of them over which the rate rises; from there it falls in a line.
        """
        import torch

        optimizer = torch.optim.AdamW(
            [
                {"params": list(one.parameters), "lr": one.times * rate, "weight_decay": one.decay}
                for one in groups
            ]
        )
        whole = max(1, steps)

        def share(step: int) -> float:
            return min(1.0, (step + 1) / (rise * whole)) * max(_LEAST, 1 - step / whole)

        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, share)
        return cls(groups=groups, optimizer=optimizer, schedule=schedule)

    def step(self) -> None:
        """Go one step down the gradients, and forget them."""
        import torch

        every = [weight for one in self.groups for weight in one.parameters]
        torch.nn.utils.clip_grad_norm_(every, _CLIP)
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.schedule.step()
