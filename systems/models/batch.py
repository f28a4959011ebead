"""Batch: lanes that one model decodes side by side, joining and leaving while it runs."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from systems.models.lane import Lane
from systems.models.picking import pick
from systems.models.prefixes import Prefixes, shared
from systems.models.room import forward_with, roomy_cache

if TYPE_CHECKING:
    import torch

__all__ = ["Batch"]

_WORTH_WAITING = 32
"""Shared tokens from which the first lane of a group is read before the others."""


class Batch:
    """Decodes lanes with a key-value cache; used by one thread.

    Rows are aligned at their newest token. What stands left of a shorter row, or between a
    remembered prefix and the rest of a prompt, is masked, and positions are counted without it.
    """

    def __init__(self, model: Any, *, ends: frozenset[int]) -> None:
        """Decode with a transformers model; `ends` are the tokens that end a turn."""
        self._model = model
        self._ends = ends
        self._exact = str(model.dtype) == "torch.float32"
        self._prefixes = Prefixes()
        self._lanes: list[Lane] = []
        self._cache: Any = None
        self._mask: Any = None
        self._merges = all(type(layer).__name__ == "RoomyLayer" for layer in self._new().layers)

    @property
    def lanes(self) -> tuple[Lane, ...]:
        """The lanes that are not over."""
        return tuple(self._lanes)

    @property
    def open(self) -> bool:
        """Whether lanes may join: always, or only when empty where the cache has other layers."""
        return self._merges or not self._lanes

    def admit(self, lanes: Sequence[Lane]) -> None:
        """Read the prompts of lanes, give each its first token, and let them join."""
        import torch

        groups = [lanes[:1], lanes[1:]] if self._first_alone(lanes) else [lanes]
        with torch.inference_mode():
            for group in groups:
                cache, mask, logits = self._read(group)
                self._join(group, cache, mask)
                self._take(group, logits)

    def step(self) -> None:
        """Give each lane its next token."""
        import torch

        with torch.inference_mode():
            self._mask = torch.nn.functional.pad(self._mask, (0, 1), value=1)
            last = [[lane.tokens[-1]] for lane in self._lanes]
            logits = self._forward(last, self._mask, self._cache)
            self._take(self._lanes, logits)

    def abandon(self) -> tuple[Lane, ...]:
        """Forget all lanes and return them."""
        lanes, self._lanes, self._cache, self._mask = self.lanes, [], None, None
        return lanes

    def _new(self) -> Any:
        return roomy_cache(self._model.config)

    def _first_alone(self, lanes: Sequence[Lane]) -> bool:
        if not self._merges or len(lanes) < 2 or (self._lanes and not self.open):
            return False
        import numpy as np

        first, second = lanes[0].prompt, lanes[1].prompt
        alike = min(shared(np.array(first), np.array(second)), len(first) - 1)
        return alike >= _WORTH_WAITING and self._prefixes.find(first).length < alike

    def _read(self, lanes: Sequence[Lane]) -> "tuple[Any, torch.Tensor, torch.Tensor]":
        """Cache, mask and last logits of the lanes' prompts."""
        import torch

        cache = self._new()
        known = [self._prefixes.find(lane.prompt) for lane in lanes] if self._merges else []
        lengths = [prefix.length for prefix in known] or [0] * len(lanes)
        room = max(lengths)
        rests = [lane.prompt[length:] for lane, length in zip(lanes, lengths, strict=True)]
        width = max(len(rest) for rest in rests)
        mask = torch.zeros(len(lanes), room + width, dtype=torch.long, device=self._model.device)
        for number, (length, rest) in enumerate(zip(lengths, rests, strict=True)):
            mask[number, room - length : room] = 1
            mask[number, room + width - len(rest) :] = 1
        if room:
            self._prefixes.lay(known, cache, room=room)
        logits = self._forward([[0] * (width - len(rest)) + [*rest] for rest in rests], mask, cache)
        if self._merges:
            for number, lane in enumerate(lanes):
                self._prefixes.keep(lane.prompt, cache, number, mask[number])
        return cache, mask, logits

    def _forward(
        self, ids: Sequence[Sequence[int]], mask: "torch.Tensor", cache: Any
    ) -> "torch.Tensor":
        """Logits after the last of the given tokens, which are added to the cache."""
        import torch

        tokens = torch.tensor(ids, device=mask.device)
        positions = (mask.cumsum(-1) - 1).clamp_min(0)[:, -tokens.shape[1] :]
        answer = forward_with(
            self._model, cache, input_ids=tokens, attention_mask=mask, position_ids=positions
        )
        return answer.logits[:, -1]

    def _alone(self, lane: Lane) -> "torch.Tensor":
        import torch

        ids = torch.tensor([lane.ids], device=self._model.device)
        return self._model(input_ids=ids, use_cache=False, logits_to_keep=1).logits[0, -1]

    def _join(self, lanes: Sequence[Lane], cache: Any, mask: "torch.Tensor") -> None:
        import torch
        from torch.nn.functional import pad

        self._lanes += lanes
        if self._cache is None:
            self._cache, self._mask = cache, mask
            return
        width = max(self._mask.shape[1], mask.shape[1])
        masks = [pad(part, (width - part.shape[1], 0)) for part in (self._mask, mask)]
        for old, new in zip(self._cache.layers, cache.layers, strict=True):
            for name in ("keys", "values"):
                parts = [getattr(layer, name) for layer in (old, new)]
                parts = [pad(part, (0, 0, width - part.shape[-2], 0)) for part in parts]
                setattr(old, name, torch.cat(parts))
        self._mask = torch.cat(masks)

    def _take(self, lanes: Sequence[Lane], logits: "torch.Tensor") -> None:
        """Pick a token for each of the lanes, and let those leave that are over."""
        over: set[int] = set()
        picked = pick(lanes, logits, alone=self._alone if self._exact else None)
        for lane, one in zip(lanes, picked, strict=True):
            ends = one.token in self._ends
            if lane.grammar is not None and not ends:
                lane.grammar.accept(one.token)
            if lane.take(one.token, one.logprob, ends=ends):
                over.add(id(lane))
        if over:
            self._leave([n for n, lane in enumerate(self._lanes) if id(lane) not in over])

    def _leave(self, stay: list[int]) -> None:
        import torch

        if not stay:
            self.abandon()
            return
        rows = torch.tensor(stay, device=self._mask.device)
        self._lanes = [self._lanes[number] for number in stay]
        self._mask = self._mask[rows]
        self._cache.reorder_cache(rows)
        unused = int(self._mask.any(0).int().argmax())
        if unused and self._merges:
            self._mask = self._mask[:, unused:]
            for layer in self._cache.layers:
                layer.keys = layer.keys[:, :, unused:]
                layer.values = layer.values[:, :, unused:]
