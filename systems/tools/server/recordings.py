"""Recordings: what the local server answers, in the shapes of Open-Meteo and Yahoo Finance.

Places, companies and numbers are invented; the shapes are those of the public answers.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from holdfast.digest import digest_bytes
from systems.once import Once

__all__ = ["Recordings"]

_FILE = Path(__file__).parent / "recordings.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recordings:
    """Places with their weather and companies with their shares; read at first use."""

    path: Path = _FILE
    _data: Once[Mapping[str, Any]] = field(
        default_factory=Once[Mapping[str, Any]], init=False, repr=False, compare=False
    )

    @property
    def digest(self) -> str:
        """Digest of everything that is answered from."""
        return digest_bytes(self.path.read_bytes())

    @property
    def places(self) -> list[dict[str, Any]]:
        """Places by the names that a search finds."""
        return self._read()["places"]

    @property
    def companies(self) -> list[dict[str, Any]]:
        """Companies with symbol, price and the price before."""
        return self._read()["companies"]

    def answer(self, path: str, asked: Mapping[str, str]) -> Mapping[str, Any] | None:
        """What the public service behind a path answers; None where there is no such path."""
        if path == "/v1/search":
            return self._geocoding(asked.get("name", ""))
        if path == "/v1/forecast":
            return self._forecast(asked)
        if path == "/v1/finance/search":
            return self._shares(asked.get("q", ""))
        if path.startswith("/v8/finance/chart/"):
            return self._chart(path.rpartition("/")[2])
        return None

    def _read(self) -> Mapping[str, Any]:
        return self._data.get(lambda: json.loads(self.path.read_text(encoding="utf-8")))

    def _geocoding(self, name: str) -> Mapping[str, Any]:
        sought = name.strip().casefold()
        shown = ("id", "name", "latitude", "longitude", "country", "timezone")
        found = [
            {key: place[key] for key in shown}
            for place in self.places
            if place["name"].casefold() == sought
        ]
        # Without a match Open-Meteo leaves the key out.
        return {**({"results": found} if found else {}), "generationtime_ms": 0.5}

    def _forecast(self, asked: Mapping[str, str]) -> Mapping[str, Any]:
        place = next(
            (
                place
                for place in self.places
                if (str(place["latitude"]), str(place["longitude"]))
                == (asked.get("latitude"), asked.get("longitude"))
            ),
            None,
        )
        if place is None:
            return {"error": True, "reason": "Latitude must be in range of -90 to 90°."}
        today = date.fromisoformat(self._read()["today"])
        days = [(today + timedelta(days=n)).isoformat() for n in range(8)]
        answer = {key: place[key] for key in ("latitude", "longitude", "timezone")}
        answer |= {"elevation": 12.0, "utc_offset_seconds": 0, "generationtime_ms": 0.1}
        if "current" in asked:
            answer["current"] = {"time": f"{days[0]}T12:00", "interval": 900, **place["current"]}
        if "daily" in asked:
            answer["daily"] = {"time": days, **place["daily"]}
        return answer

    def _shares(self, sought: str) -> Mapping[str, Any]:
        words = sought.strip().casefold()
        found = [
            {
                "symbol": company["symbol"],
                "shortname": company["name"],
                "exchange": company["exchange"],
                "quoteType": "EQUITY",
            }
            for company in self.companies
            if words
            and (company["symbol"].casefold() == words or _is_named(company["name"], words))
        ]
        return {"count": len(found), "quotes": found, "news": []}

    def _chart(self, symbol: str) -> Mapping[str, Any]:
        company = next((one for one in self.companies if one["symbol"] == symbol), None)
        if company is None:
            error = {"code": "Not Found", "description": "No data found, symbol may be delisted"}
            return {"chart": {"result": None, "error": error}}
        meta = {
            "currency": company["currency"],
            "symbol": symbol,
            "exchangeName": company["exchange"],
            "instrumentType": "EQUITY",
            "regularMarketPrice": company["price"],
            "chartPreviousClose": company["previous"],
            "longName": company["name"],
        }
        result = {"meta": meta, "timestamp": [1772530200], "indicators": {"quote": [{}]}}
        return {"chart": {"result": [result], "error": None}}


def _is_named(name: str, words: str) -> bool:
    """Whether the words begin the company's name, whole word by whole word."""
    return f"{name.casefold()} ".startswith(f"{words} ")
