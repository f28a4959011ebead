"""Shelf: solved examples of a task, and which of them a prompt shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from holdfast.digest import Json, digest_json
from holdfast.errors import UsageError
from holdfast.readers import read_jsonl
from systems.once import Once
from systems.rag.retrieval.encoder import Encoder, SentenceEncoder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Example", "Selection", "Shelf"]

_MOST_QUERIES = 4_096
_SELECTIONS = ("none", "first", "nearest", "listed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A text and the object that it should become."""

    id: str
    task: str
    text: str
    answer: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which examples a prompt shows, as its settings say it.

    `none`; `first`: always the first of the task; `nearest`: those whose texts mean most nearly
    the same, the nearest last, where models heed it most; `listed`: those that the prompt names.
    """

    select: str = "none"
    count: int = 0
    ids: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """Ids by task, for `listed`."""

    @classmethod
    def of(cls, settings: Mapping[str, Json], *, where: str) -> "Selection":
        """The table `examples` of a prompt's settings; without one, no examples.

        Raises:
            UsageError: the table says something that means nothing.
        """
        table = cast("dict[str, Any]", settings.get("examples", {"select": "none"}))
        select = table.get("select")
        if select not in _SELECTIONS or set(table) - {"select", "count", "ids"}:
            raise UsageError(
                f"{where}: examples = {table!r} means nothing; select is one of "
                f"{', '.join(_SELECTIONS)}, beside it stand count or ids"
            )
        count = table.get("count", 0)
        if select in ("first", "nearest") and not (isinstance(count, int) and count > 0):
            raise UsageError(
                f"{where}: examples of the selection {select!r} need count, at least 1"
            )
        ids = {name: tuple(several) for name, several in table.get("ids", {}).items()}
        return cls(select=select, count=count, ids=ids)


class _Queries:
    """Vectors of the latest texts, which several prompts ask about one after another."""

    __slots__ = ("_vectors",)

    holdfast_derived = True
    """Vectors follow from texts and encoder: the shelf is the same with and without them."""

    def __init__(self) -> None:
        self._vectors: dict[str, NDArray[np.float32]] = {}

    def __reduce__(self) -> tuple[type["_Queries"], tuple[()]]:
        return (type(self), ())

    def get(self, text: str, encoder: Encoder) -> "NDArray[np.float32]":
        """The vector of a text; threads that ask at once may both make it."""
        found = self._vectors.get(text)
        if found is None:
            if len(self._vectors) >= _MOST_QUERIES:
                self._vectors.clear()
            found = self._vectors.setdefault(text, encoder([text])[0])
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The examples of a file of cases whose input is `{"schema": ..., "text": ...}`."""

    path: Path
    encoder: Encoder = field(default_factory=SentenceEncoder)
    """Tells which texts are alike."""
    _read: Once[tuple[Example, ...]] = field(
        default_factory=Once[tuple[Example, ...]], init=False, repr=False, compare=False
    )
    _vectors: Once["NDArray[np.float32]"] = field(
        default_factory=Once["NDArray[np.float32]"], init=False, repr=False, compare=False
    )

    _queries: _Queries = field(default_factory=_Queries, init=False, repr=False, compare=False)

    @property
    def examples(self) -> tuple[Example, ...]:
        return self._read.get(self._load)

    @property
    def digest(self) -> str:
        """Digest of all examples."""
        rows = [[one.id, one.task, one.text, one.answer] for one in self.examples]
        return digest_json(rows)

    def artifacts(self, selection: Selection) -> dict[str, str]:
        """Digests of what a selection depends on."""
        if selection.select == "none":
            return {}
        found = {"examples": self.digest}
        if selection.select == "nearest":
            found["encoder"] = self.encoder.spec.digest
        return found

    def choose(self, selection: Selection, *, task: str, text: str) -> tuple[Example, ...]:
        """The examples that a prompt shows for a text, in their order.

        Raises:
            UsageError: a listed example is not on the shelf.
        """
        ours = [one for one in self.examples if one.task == task]
        match selection.select:
            case "first":
                return tuple(ours[: selection.count])
            case "nearest":
                return self._nearest(ours, text, selection.count)
            case "listed":
                return tuple(self._listed(one) for one in selection.ids.get(task, ()))
        return ()

    def _nearest(self, ours: Sequence[Example], text: str, count: int) -> tuple[Example, ...]:
        places = {one.id: place for place, one in enumerate(self.examples)}
        vectors = self._vectors.get(self._encode)
        query = self._queries.get(text, self.encoder)
        # Rounded, so that the last bits of another machine do not change the order.
        likeness = {one.id: round(float(vectors[places[one.id]] @ query), 5) for one in ours}
        ranked = sorted(ours, key=lambda one: (-likeness[one.id], one.id))
        return tuple(reversed(ranked[:count]))

    def _listed(self, id: str) -> Example:
        found = next((one for one in self.examples if one.id == id), None)
        if found is None:
            raise UsageError(f"the example {id!r} is not in {str(self.path)!r}")
        return found

    def _encode(self) -> "NDArray[np.float32]":
        return self.encoder([one.text for one in self.examples])

    def _load(self) -> tuple[Example, ...]:
        found: list[Example] = []
        for case in read_jsonl(self.path).cases:
            row = cast("Mapping[str, str]", case.input)
            answer = cast("Mapping[str, Json]", case.expected)
            found.append(Example(id=case.id, task=row["schema"], text=row["text"], answer=answer))
        return tuple(found)
