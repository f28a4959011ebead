"""Later: what becomes of something that is still awaited."""

from collections.abc import Awaitable, Callable, Coroutine, Generator
from types import TracebackType
from typing import Any, Generic, TypeVar

__all__ = ["Later"]

Seen = TypeVar("Seen")
Made = TypeVar("Made")


class Later(Coroutine[Any, Any, Made], Generic[Made]):
    """A coroutine that turns the result of another awaitable into one of its own.

    Unlike an `async def` around it, it can be closed before it began without leaving the inner
    one unawaited.
    """

    def __init__(self, awaited: Awaitable[Seen], turn: Callable[[Seen], Made]) -> None:
        self._awaited: Awaitable[Any] = awaited
        self._turn: Callable[[Any], Made] = turn
        self._steps: Generator[Any, Any, Made] | None = None

    def __await__(self) -> Generator[Any, Any, Made]:
        return self._turn((yield from self._awaited.__await__()))

    def _begun(self) -> Generator[Any, Any, Made]:
        if self._steps is None:
            self._steps = self.__await__()
        return self._steps

    def send(self, value: Any, /) -> Any:
        """Go on to the next point at which it waits."""
        return self._begun().send(value)

    def throw(
        self,
        typ: type[BaseException] | BaseException,
        val: BaseException | object = None,
        tb: TracebackType | None = None,
        /,
    ) -> Any:
        """Raise where it waits."""
        error = typ if isinstance(typ, BaseException) else typ()
        return self._begun().throw(error)

    def close(self) -> None:
        """Give up what is awaited."""
        if self._steps is not None:
            self._steps.close()
        close = getattr(self._awaited, "close", None)
        if close is not None:
            close()
