"""Prices: what the tokens of a model cost."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard, cast

from holdfast.errors import UsageError
from holdfast.system import Usage

__all__ = ["Price", "find_price"]

_TABLE = Path(__file__).resolve().parent / "prices.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """List prices of one model.

    >>> Price(input=0.5, output=2.0, date="2026-06").words
    '0.5 in, 2 out, USD per million tokens, 2026-06'
    """

    input: float
    """US dollars per million tokens read."""
    output: float
    """US dollars per million tokens written, thoughts included."""
    date: str
    """Month or day of the price list."""

    @property
    def words(self) -> str:
        """The price as a spec states it."""
        return f"{self.input:g} in, {self.output:g} out, USD per million tokens, {self.date}"

    def cost(self, usage: Usage) -> float:
        """US dollars for what an answer consumed."""
        return (usage.input_tokens * self.input + usage.output_tokens * self.output) / 1e6


def find_price(model: str, *, own: Mapping[str, Any] | None = None) -> Price | None:
    """The price of a model such as `openai:gpt-5.4-mini`; None where it is not known.

    Args:
        model: name of the service and of the model.
        own: prices of the project, which go before the table that comes with holdfast.

    Raises:
        UsageError: a price of the project is not understood.
    """
    if own and model in own:
        return _price(own[model], where=f'[tool.holdfast.prices."{model}"]')
    table = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    return _price(table[model], where=str(_TABLE)) if model in table else None


def _price(entry: Any, *, where: str) -> Price:
    fields = cast("dict[str, Any]", entry) if isinstance(entry, dict) else {}
    read, written, date = (fields.get(name) for name in ("input", "output", "date"))
    if not (_is_price(read) and _is_price(written) and date and len(fields) == 3):
        raise UsageError(
            f"{where} must hold input and output in US dollars per million tokens, and the date of "
            f'the price list, such as input = 0.5, output = 2.0, date = "2026-06"; got {entry!r}'
        )
    return Price(input=float(read), output=float(written), date=str(date))


def _is_price(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
