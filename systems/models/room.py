"""Room: a key-value cache with room to grow, so that a step does not copy what stands in it."""

import inspect
from functools import cache
from typing import Any

__all__ = ["forward_with", "roomy_cache"]

_STEP = 64
"""Tokens by which the room grows."""


def roomy_cache(config: Any) -> Any:
    """An empty cache for a model of transformers.

    Layers that only grow are replaced by ones with room; a model with other layers (sliding
    windows, states) keeps its own.
    """
    from transformers import DynamicCache

    made = DynamicCache(config=config)
    if all(type(layer).__name__ == "DynamicLayer" for layer in made.layers):
        made.layers = [_roomy_layer()() for _ in made.layers]
    return made


def forward_with(model: Any, cache: Any, **inputs: Any) -> Any:
    """What a model of transformers answers to these inputs, which join the cache.

    Its argument is `cache` since transformers 5.24, and `past_key_values` before that and in models
    that have not followed.
    """
    name = "cache" if "cache" in inspect.signature(model.forward).parameters else "past_key_values"
    return model(**inputs, **{name: cache}, use_cache=True, logits_to_keep=1)


# The class that it extends can only be named once transformers is imported.
@cache
def _roomy_layer() -> Any:
    import torch
    from transformers.cache_utils import DynamicLayer

    class RoomyLayer(DynamicLayer):
        """Keys and values as views of larger tensors."""

        def __init__(self) -> None:
            super().__init__()
            self._room: list[torch.Tensor] = []
            self._shown: torch.Tensor | None = None

        def update(
            self, key_states: torch.Tensor, value_states: torch.Tensor, *_: Any, **__: Any
        ) -> tuple[torch.Tensor, torch.Tensor]:
            """Add keys and values, and return all of them."""
            if not self.is_initialized:
                self.lazy_initialization(key_states, value_states)
            old = self.get_seq_length()
            new = old + key_states.shape[-2]
            # Where somebody chose rows or cut the beginning off, the room is another one's.
            if self.keys is not self._shown or new > self._room[0].shape[-2]:
                self._room = [self._space(part, old, new) for part in (key_states, value_states)]
                for room, before in zip(self._room, (self.keys, self.values), strict=True):
                    if old and before is not None:
                        room[:, :, :old] = before
            self._room[0][:, :, old:new] = key_states
            self._room[1][:, :, old:new] = value_states
            self.keys, self.values = (room[:, :, :new] for room in self._room)
            self._shown = self.keys
            return self.keys, self.values

        @staticmethod
        def _space(part: torch.Tensor, old: int, new: int) -> torch.Tensor:
            rows, heads, _, width = part.shape
            return part.new_empty(rows, heads, new + (_STEP if old else 0), width)

    return RoomyLayer
