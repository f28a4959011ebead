"""Lane: one request on its way through a model, with the tokens that it has so far."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Literal

from systems.models.chat import Request
from systems.models.grammars import Grammar

__all__ = ["Decoded", "Ending", "Lane"]

Ending = Literal["stop", "length"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """What a lane ended with."""

    text: str
    """The new text without the token that ended it, cut before the first stop text."""
    prompt_tokens: int
    tokens: tuple[int, ...]
    """The new tokens, without the one that ended the turn."""
    logprobs: tuple[float, ...]
    """Natural logarithms of the model's own probabilities, before temperature and grammar."""
    ending: Ending
    time_to_first_token: float
    """Seconds from the request to its first new token, waiting included."""


class Lane:
    """The state of one request; only the thread that decodes changes it."""

    def __init__(
        self,
        request: Request,
        prompt: tuple[int, ...],
        *,
        limit: int,
        read: Callable[[list[int]], str],
        grammar: Grammar | None = None,
    ) -> None:
        """Begin with a prompt; `limit` is the largest number of new tokens."""
        self.request = request
        self.prompt = prompt
        self.grammar = grammar
        self.tokens: list[int] = []
        self.done: Future[Decoded] = Future()
        self.generator: Any = None
        self._limit = limit
        self._read = read
        self._logprobs: list[float] = []
        self.began = perf_counter()
        self._first: float | None = None

    @property
    def ids(self) -> tuple[int, ...]:
        """The prompt with the new tokens after it."""
        return (*self.prompt, *self.tokens)

    def take(self, token: int, logprob: float, *, ends: bool) -> bool:
        """Go on with a token; whether the lane is over. `ends`: the token ends the turn."""
        if self._first is None:
            self._first = perf_counter() - self.began
        if ends:
            self._finish(self._read(self.tokens), "stop")
            return True
        self.tokens.append(token)
        self._logprobs.append(logprob)
        if self.request.stop:
            text = self._read(self.tokens)
            cuts = [text.find(stop) for stop in self.request.stop if stop in text]
            if cuts:
                self._finish(text[: min(cuts)], "stop")
                return True
        if len(self.tokens) >= self._limit:
            self._finish(self._read(self.tokens), "length")
            return True
        return False

    def fail(self, error: BaseException) -> None:
        """End without an answer."""
        if not self.done.done():
            self.done.set_exception(error)

    def _finish(self, text: str, ending: Ending) -> None:
        self.done.set_result(
            Decoded(
                text=text,
                prompt_tokens=len(self.prompt),
                tokens=tuple(self.tokens),
                logprobs=tuple(self._logprobs),
                ending=ending,
                time_to_first_token=self._first or 0.0,
            )
        )
