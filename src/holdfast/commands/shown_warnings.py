"""Shown warnings: what a library announces ends no answer."""

import warnings
from collections.abc import Generator
from contextlib import contextmanager

__all__ = ["shown_warnings"]


@contextmanager
def shown_warnings() -> Generator[None]:
    """Show the warnings that filters would raise: where a system ships, nothing raises them.

    Otherwise a library that announces a change would pass for a system that got worse.
    """
    with warnings.catch_warnings():
        warnings.filters = [
            ("default", *rest) if action == "error" else (action, *rest)
            for action, *rest in warnings.filters
        ]
        yield
