"""Phrases: wordings by the thousand that lessons are made from and no measurement is.

They stand in TOML files of the folder `phrases`, a list of texts for each place in which they are used.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["phrases", "table"]

_FOLDER = Path(__file__).with_name("phrases")


@cache
def table(file: str) -> dict[str, Any]:
    """All that one of the files holds."""
    return tomllib.loads((_FOLDER / f"{file}.toml").read_text(encoding="utf-8"))


@cache
def phrases(file: str, group: str, name: str) -> tuple[str, ...]:
    """The texts of one place; none where the file has no such list."""
    return tuple(table(file).get(group, {}).get(name, ()))
