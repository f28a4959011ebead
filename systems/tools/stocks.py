"""Stocks: what a share costs, as Yahoo Finance says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from holdfast.digest import Json
from systems.tools.fetching import Fetcher, ServiceError

__all__ = ["Stocks"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stocks:
    """Finds a share by the name or symbol of its company, then its price: two requests.

    The search and the chart endpoint of Yahoo Finance need no key and have kept their shape for
    many years (`/v1/finance/search`, `/v8/finance/chart/SYMBOL`), but nobody promises them.
    """

    finance: str = "https://query1.finance.yahoo.com"
    fetcher: Fetcher = field(default_factory=Fetcher)

    def __call__(self, *, company: str) -> Mapping[str, Json]:
        """Price, currency and change on the day.

        Raises:
            ServiceError: there is no such share, or the service does not tell.
        """
        symbol = self._symbol(company)
        url = f"{self.finance}/v8/finance/chart/{quote(symbol, safe='')}"
        answer: Any = self.fetcher.get(url, {"range": "1d", "interval": "1d"})
        try:
            meta = answer["chart"]["result"][0]["meta"]
            price, before = float(meta["regularMarketPrice"]), float(meta["chartPreviousClose"])
            return {
                "price": round(price, 2),
                "currency": str(meta["currency"]),
                "change_percent": round(100 * (price - before) / before, 2),
            }
        except (TypeError, KeyError, IndexError, ValueError, ZeroDivisionError) as error:
            raise ServiceError("the answer of the service cannot be read") from error

    def _symbol(self, company: str) -> str:
        asked = {"q": company, "quotesCount": 5, "newsCount": 0}
        answer: Any = self.fetcher.get(f"{self.finance}/v1/finance/search", asked)
        try:
            shares = [one for one in answer["quotes"] if one.get("quoteType") == "EQUITY"]
            symbol = str(shares[0]["symbol"]) if shares else ""
        except (TypeError, KeyError, AttributeError) as error:
            raise ServiceError("the answer of the service cannot be read") from error
        if not symbol:
            raise ServiceError(f"{company} was not found")
        return symbol
