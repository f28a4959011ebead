"""Once: a value that is made at its first use, by one thread only."""

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

__all__ = ["Once"]

Value = TypeVar("Value")


class Once(Generic[Value]):
    """Holds what a frozen value loads lazily; copies and other processes load it again."""

    __slots__ = ("_lock", "_values")

    holdfast_derived = True
    """What it holds follows from the rest of its owner, whose identity does not change with it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._values: list[Value] = []

    def __reduce__(self) -> tuple[type["Once[Value]"], tuple[()]]:
        return (type(self), ())

    def get(self, make: Callable[[], Value]) -> Value:
        """The value; the first caller makes it while others wait, and a failure is not kept."""
        if not self._values:
            with self._lock:
                if not self._values:
                    self._values.append(make())
        return self._values[0]
