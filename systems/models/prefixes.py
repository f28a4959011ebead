"""Prefixes: what a model has read lately, so that a prompt that begins alike is not read again."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray

__all__ = ["Prefix", "Prefixes", "shared"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefix:
    """The beginning of a prompt that was read before."""

    length: int
    """Number of its tokens."""
    layers: "tuple[tuple[torch.Tensor, torch.Tensor], ...]" = ()
    """Keys and values of each layer, shape (heads, tokens, width); longer than `length` at times"""


class Prefixes:
    """Keys and values of prompts, the latest used last; forgets the oldest beyond its room."""

    def __init__(self, *, room: int = 128 * 2**20) -> None:
        """Keep up to `room` bytes."""
        self._room = room
        self._bytes = 0
        self._kept: OrderedDict[tuple[int, ...], tuple[NDArray[np.int64], Prefix]] = OrderedDict()

    def find(self, prompt: tuple[int, ...]) -> Prefix:
        """The longest beginning of a prompt that is known, short of its last token."""
        import numpy as np

        tokens = np.array(prompt)
        best, length = None, 0
        for ids, (known, _) in self._kept.items():
            alike = min(shared(known, tokens), len(prompt) - 1)
            if alike > length:
                best, length = ids, alike
        if best is None:
            return Prefix(length=0)
        self._kept.move_to_end(best)
        return Prefix(length=length, layers=self._kept[best][1].layers)

    def lay(self, prefixes: Sequence[Prefix], cache: Any, *, room: int) -> None:
        """Write a prefix into each row of an empty cache, ending at `room`."""
        longest = max(prefixes, key=lambda prefix: prefix.length)
        for number, samples in enumerate(longest.layers):
            laid = [
                sample.new_zeros(len(prefixes), sample.shape[0], room, sample.shape[2])
                for sample in samples
            ]
            for row, prefix in enumerate(prefixes):
                length = prefix.length
                for rows, own in zip(laid, prefix.layers[number] if length else (), strict=False):
                    rows[row, :, room - length :] = own[:, :length]
            cache.update(laid[0], laid[1], number)

    def keep(self, prompt: tuple[int, ...], cache: Any, row: int, mask: "torch.Tensor") -> None:
        """Remember a prompt that was just read into a row of a cache."""
        import numpy as np

        size = sum(2 * layer.keys[row].nbytes for layer in cache.layers)
        if prompt in self._kept or size > self._room:
            return
        where = mask.bool()
        layers = tuple(
            (layer.keys[row][:, where], layer.values[row][:, where]) for layer in cache.layers
        )
        self._kept[prompt] = (np.array(prompt), Prefix(length=len(prompt), layers=layers))
        self._bytes += _bytes(layers)
        while self._bytes > self._room:
            _, (_, oldest) = self._kept.popitem(last=False)
            self._bytes -= _bytes(oldest.layers)


def shared(first: "NDArray[np.int64]", second: "NDArray[np.int64]") -> int:
    """Number of tokens with which both begin.

    >>> import numpy as np
    >>> shared(np.array([5, 6, 7]), np.array([5, 6, 8, 9]))
    2
    """
    length = min(len(first), len(second))
    same = first[:length] == second[:length]
    return length if same.all() else int(same.argmin())


def _bytes(layers: "tuple[tuple[torch.Tensor, torch.Tensor], ...]") -> int:
    return sum(part.nbytes for layer in layers for part in layer)
