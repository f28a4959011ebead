"""Weather: what Open-Meteo says of a place, now or on one of the next days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from holdfast.digest import Json
from systems.tools.fetching import Fetcher, ServiceError

__all__ = ["DAYS", "Weather"]

DAYS = (
    "today", "tomorrow", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
    "sunday",
)  # fmt: skip
_WEEKDAYS = DAYS[2:]

# World Meteorological Organization, code table 4677, as Open-Meteo shortens it.
_CONDITIONS: Mapping[int, str] = {
    0: "clear", 1: "sunny", 2: "partly cloudy", 3: "overcast", 45: "fog", 48: "freezing fog",
    51: "light drizzle", 53: "drizzle", 55: "heavy drizzle", 56: "freezing drizzle",
    57: "freezing drizzle", 61: "light rain", 63: "rain", 65: "heavy rain", 66: "freezing rain",
    67: "freezing rain", 71: "light snow", 73: "snow", 75: "heavy snow", 77: "snow grains",
    80: "light showers", 81: "showers", 82: "heavy showers", 85: "snow showers",
    86: "heavy snow showers", 95: "thunderstorm", 96: "hail", 99: "heavy hail",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """Finds a place by its name, then its weather: two requests to Open-Meteo, without a key.

    https://open-meteo.com/en/docs and https://open-meteo.com/en/docs/geocoding-api
    """

    geocoding: str = "https://geocoding-api.open-meteo.com"
    forecast: str = "https://api.open-meteo.com"
    fetcher: Fetcher = field(default_factory=Fetcher)

    def __call__(self, *, city: str, day: str = "") -> Mapping[str, Json]:
        """The weather of a day; of this moment without one.

        Raises:
            ServiceError: there is no such place, or the service does not tell.
        """
        place = self._place(city)
        asked: dict[str, str | int | float] = {
            "latitude": place["latitude"],
            "longitude": place["longitude"],
            "timezone": "auto",
        }
        if not day:
            asked["current"] = "temperature_2m,precipitation,weather_code"
            return _current(self._get(f"{self.forecast}/v1/forecast", asked))
        asked["daily"] = "weather_code,temperature_2m_max,precipitation_sum"
        asked["forecast_days"] = 8
        return _daily(self._get(f"{self.forecast}/v1/forecast", asked), day)

    def _place(self, city: str) -> Mapping[str, Any]:
        # The search knows names alone: "Oslo, Norway" finds nothing.
        name = city.split(",", maxsplit=1)[0].strip()
        asked = {"name": name, "count": 1, "language": "en", "format": "json"}
        found = self._get(f"{self.geocoding}/v1/search", asked).get("results")
        if not found:
            raise ServiceError(f"{city} was not found")
        try:
            place = found[0]
            return {"latitude": float(place["latitude"]), "longitude": float(place["longitude"])}
        except (TypeError, KeyError, IndexError, ValueError) as error:
            raise _unreadable() from error

    def _get(self, url: str, asked: Mapping[str, str | int | float]) -> Mapping[str, Any]:
        answer = self.fetcher.get(url, asked)
        if not isinstance(answer, Mapping):
            raise _unreadable()
        return cast("Mapping[str, Any]", answer)


def _unreadable() -> ServiceError:
    return ServiceError("the answer of the service cannot be read")


def _current(answer: Mapping[str, Any]) -> Mapping[str, Json]:
    try:
        now = answer["current"]
        return _shown(now["weather_code"], now["temperature_2m"], now["precipitation"])
    except (TypeError, KeyError, ValueError) as error:
        raise _unreadable() from error


def _daily(answer: Mapping[str, Any], day: str) -> Mapping[str, Json]:
    try:
        daily = answer["daily"]
        at = _number_of(day, daily["time"])
        return _shown(
            daily["weather_code"][at],
            daily["temperature_2m_max"][at],
            daily["precipitation_sum"][at],
        )
    except (TypeError, KeyError, IndexError, ValueError) as error:
        raise _unreadable() from error


def _number_of(day: str, dates: Sequence[str]) -> int:
    """Which of the dates a day is; the first one is today at that place.

    A weekday is the next one after today, as people mean it.
    """
    if day in ("today", "tomorrow"):
        return DAYS.index(day)
    later = [date.fromisoformat(one).weekday() for one in dates[1:]]
    return 1 + later.index(_WEEKDAYS.index(day))


def _shown(code: int, degrees: float, rain: float) -> Mapping[str, Json]:
    return {
        "condition": _CONDITIONS.get(int(code), "unknown"),
        "temperature_c": _plain(degrees),
        "rain_mm": _plain(rain),
    }


def _plain(value: float) -> int | float:
    """A tenth at most, and whole numbers without a decimal: models copy what they see."""
    rounded = round(float(value), 1)
    return int(rounded) if rounded.is_integer() else rounded
