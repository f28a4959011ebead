"""Stages: how long each part of an answer took, and what it used."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from holdfast.system import Span, Usage

__all__ = ["Stages"]


class Stages:
    """Records the stages of one answer."""

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self._spans: list[Span] = []
        self._usages: list[Usage] = []

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what is done inside, also where it fails."""
        start = time.perf_counter()
        try:
            yield
        finally:
            seconds = time.perf_counter() - start
            self._spans.append(Span(name=name, start=start - self._began, seconds=seconds))

    def add(self, usage: Usage) -> None:
        """Count what a part used."""
        self._usages.append(usage)

    @property
    def spans(self) -> tuple[Span, ...]:
        return tuple(self._spans)

    @property
    def usage(self) -> Usage:
        """The sum of all parts."""
        return Usage(
            input_tokens=sum(usage.input_tokens for usage in self._usages),
            output_tokens=sum(usage.output_tokens for usage in self._usages),
            calls=sum(usage.calls for usage in self._usages),
            cost=sum(usage.cost for usage in self._usages),
        )
