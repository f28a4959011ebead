"""Syntax: Python source as a tree, in threads too."""

import ast
import threading

__all__ = ["parse"]

_TURN = threading.Lock()
_TRIES = 20


def parse(source: str | bytes) -> ast.Module:
    """As `ast.parse`, and safe where threads parse at the same time.

    Python before 3.11.8 counts the depth of all threads' trees in one place, and raises SystemError
    where another thread had a turn in between (https://github.com/python/cpython/issues/106905).
    Here one thread parses at a time; where another library gets in between, it is done again.

    Raises:
        SyntaxError: the source is not Python.
        ValueError: it holds a null byte.
    """
    with _TURN:
        for _ in range(_TRIES - 1):
            try:
                return ast.parse(source)
            except SystemError:
                continue
        return ast.parse(source)
