"""Phrases: wordings by the thousand, those of lessons and, apart from them, those of measurements.

They stand in TOML files: in the folder `phrases` what is learned, in `phrases/measured` what is measured
and never learned. The two were written by different hands that did not see each other's.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar

__all__ = ["Phrases", "phrases", "table", "whole"]

_FOLDER = Path(__file__).with_name("phrases")

Item_co = TypeVar("Item_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Phrases(Generic[Item_co]):
    """Wordings, or what else texts are made of."""

    learned: tuple[Item_co, ...] = ()
    measured: tuple[Item_co, ...] = ()


@cache
def table(file: str, *, measured: bool = False) -> Mapping[str, Any]:
    """All that one of the files holds; nothing where there is no such file for measurements."""
    path = _FOLDER / ("measured" if measured else "") / f"{file}.toml"
    if measured and not path.exists():
        return {}
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def phrases(file: str, group: str, name: str) -> Phrases[str]:
    """The texts of one place; none where a file has no such list."""
    learned, measured = (
        tuple(table(file, measured=held).get(group, {}).get(name, ())) for held in (False, True)
    )
    return Phrases(learned, measured)


def whole(file: str, group: str, make: Callable[[Any], Item_co]) -> Phrases[Item_co]:
    """What is made of each entry of a list of tables."""
    learned, measured = (
        tuple(make(one) for one in table(file, measured=held).get(group, ()))
        for held in (False, True)
    )
    return Phrases(learned, measured)
