"""Services: the shipped tools of the assistant, and where they find what they tell."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from holdfast.digest import Json
from systems.models.chat import ChatModel, Tool
from systems.rag import handbook
from systems.tools.assistant import Assistant
from systems.tools.fetching import Fetcher
from systems.tools.handbook_search import HandbookSearch
from systems.tools.instructions import read_instructions
from systems.tools.stocks import Stocks
from systems.tools.toolbox import Skill, Toolbox
from systems.tools.weather import DAYS, Weather

__all__ = ["HANDBOOK_TOOL", "STOCK_TOOL", "WEATHER_TOOL", "Services", "shipped_assistant"]


def _object(properties: Mapping[str, Json], *required: str) -> Mapping[str, Json]:
    return {"type": "object", "properties": properties, "required": list(required)}


WEATHER_TOOL = Tool(
    name="get_weather",
    description="Weather forecast for a city.",
    parameters=_object(
        {"city": {"type": "string"}, "day": {"type": "string", "enum": list(DAYS)}}, "city"
    ),
)
STOCK_TOOL = Tool(
    name="get_stock_quote",
    description="Price of a share.",
    parameters=_object(
        {"company": {"type": "string", "description": "company name or symbol"}}, "company"
    ),
)
HANDBOOK_TOOL = Tool(
    name="search_handbook",
    description="Search the company handbook.",
    parameters=_object({"query": {"type": "string", "description": "words to look for"}}, "query"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Where the tools ask, and how patiently."""

    geocoding: str = "https://geocoding-api.open-meteo.com"
    forecast: str = "https://api.open-meteo.com"
    finance: str = "https://query1.finance.yahoo.com"
    fetcher: Fetcher = field(default_factory=Fetcher)
    data: str = ""
    """Digest of what weather and quotes are answered from; empty where the world is."""

    @classmethod
    def at(cls, url: str, *, fetcher: Fetcher, data: str = "") -> "Services":
        """All services under one address, as a local server gives them."""
        return cls(geocoding=url, forecast=url, finance=url, fetcher=fetcher, data=data)

    @classmethod
    def chosen(cls, *, environ: Mapping[str, str] = os.environ) -> "Services":
        """The public services, but for those that the environment puts elsewhere.

        `HOLDFAST_GEOCODING_URL`, `HOLDFAST_FORECAST_URL` and `HOLDFAST_FINANCE_URL` are addresses
        in front of the services' paths.
        """
        names = ("geocoding", "forecast", "finance")
        given = {name: environ.get(f"HOLDFAST_{name.upper()}_URL", "") for name in names}
        public = cls()
        return cls(
            geocoding=given["geocoding"].rstrip("/") or public.geocoding,
            forecast=given["forecast"].rstrip("/") or public.forecast,
            finance=given["finance"].rstrip("/") or public.finance,
        )


def shipped_assistant(
    model: ChatModel, services: Services, *, version: int | None = None
) -> Assistant:
    """The assistant with its three tools, and one version of its prompt: the live one."""
    weather = Weather(
        geocoding=services.geocoding, forecast=services.forecast, fetcher=services.fetcher
    )
    stocks = Stocks(finance=services.finance, fetcher=services.fetcher)
    search = HandbookSearch(corpus=handbook.CORPUS, retrieve=handbook.bm25(depth=3))
    return Assistant(
        model=model,
        prompt=read_instructions(version),
        toolbox=Toolbox(
            skills=(
                Skill(tool=WEATHER_TOOL, function=weather, data=services.data),
                Skill(tool=STOCK_TOOL, function=stocks, data=services.data),
                Skill(tool=HANDBOOK_TOOL, function=search, data=handbook.CORPUS.digest),
            )
        ),
    )
