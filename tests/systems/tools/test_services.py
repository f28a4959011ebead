"""The real client against the local server, and how it takes every kind of fault."""

from uuid import uuid4

import pytest

from holdfast.errors import UsageError
from systems.tools.fetching import Fetcher, ServiceError
from systems.tools.server.faults import read_fault
from systems.tools.server.serving import LocalServices
from systems.tools.services import Services
from systems.tools.stocks import Stocks
from systems.tools.weather import DAYS, Weather

QUICK = Fetcher(timeout=5.0, pause=0.01)
HASTY = Fetcher(timeout=0.3, pause=0.01)


def weather(services, fault="", fetcher=QUICK):
    url = services.url(fault=fault, session=uuid4().hex)
    return Weather(geocoding=url, forecast=url, fetcher=fetcher)


def place(services, name):
    return next(one for one in services.recordings.places if one["name"] == name)


def test_the_weather_of_every_day_is_the_recorded_one(services):
    recorded = place(services, "Lunvik")["daily"]
    # The recordings begin on Tuesday, 3 March 2026.
    order = ["today", "tomorrow", "thursday", "friday", "saturday", "sunday", "monday", "tuesday"]
    assert {*order, "wednesday"} == set(DAYS)
    for at, day in enumerate(order):
        found = weather(services)(city="lunvik", day=day)
        assert found["temperature_c"] == recorded["temperature_2m_max"][at], day
        assert found["rain_mm"] == recorded["precipitation_sum"][at], day
    assert weather(services)(city="Lunvik", day="wednesday") == weather(services)(
        city="Lunvik", day="tomorrow"
    )


def test_without_a_day_it_is_the_weather_of_this_moment(services):
    found = weather(services)(city="Askerby, Vestmark")
    assert found["temperature_c"] == place(services, "Askerby")["current"]["temperature_2m"]


@pytest.mark.parametrize("wording", ["Okraphone", "okraphone", "OKRA", "okra"])
def test_a_share_is_found_by_name_and_by_symbol(services, wording):
    recorded = next(one for one in services.recordings.companies if one["symbol"] == "OKRA")
    found = Stocks(finance=services.url(), fetcher=QUICK)(company=wording)
    change = 100 * (recorded["price"] / recorded["previous"] - 1)
    assert (found["price"], found["currency"]) == (recorded["price"], recorded["currency"])
    assert found["change_percent"] == pytest.approx(change, abs=0.01)


def test_an_unknown_name_is_an_error_that_names_it(services):
    with pytest.raises(ServiceError, match="Atlantis was not found"):
        weather(services)(city="Atlantis")
    with pytest.raises(ServiceError, match="Nobody Inc was not found"):
        Stocks(finance=services.url(), fetcher=QUICK)(company="Nobody Inc")


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ("500", "not available"),
        ("503", "not available"),
        ("429", "too many requests"),
        ("404", "refused"),
        ("malformed", "cannot be read"),
        ("empty", "empty answer"),
    ],
)
def test_a_lasting_fault_is_told_in_words(services, fault, why):
    with pytest.raises(ServiceError, match=why):
        weather(services, fault)(city="Lunvik")
    url = services.url(fault=fault, session=uuid4().hex)
    with pytest.raises(ServiceError, match=why):
        Stocks(finance=url, fetcher=QUICK)(company="OKRA")


def test_a_slow_service_is_given_up_in_time(services):
    with pytest.raises(ServiceError, match="timeout"):
        weather(services, "slow", HASTY)(city="Lunvik")


def test_the_client_bears_one_failure_and_not_two(services):
    assert weather(services, "500x1")(city="Lunvik")
    with pytest.raises(ServiceError):
        weather(services, "500x2")(city="Lunvik")


def test_a_session_fails_as_often_as_it_was_asked_to(services):
    tool = weather(services, "emptyx2")
    for _ in range(2):
        with pytest.raises(ServiceError, match="empty"):
            tool(city="Lunvik")
    assert tool(city="Lunvik")


def test_calls_at_once_do_not_take_each_others_faults(services):
    tool = weather(services, "emptyx1")
    for city in ("Lunvik", "Askerby"):
        with pytest.raises(ServiceError, match="empty"):
            tool(city=city)
    assert tool(city="Askerby") and tool(city="Lunvik")


def test_a_service_that_is_not_there_is_told_in_words():
    with LocalServices() as gone:
        url = gone.url()
    with pytest.raises(ServiceError, match="no connection"):
        Weather(geocoding=url, forecast=url, fetcher=QUICK)(city="Lunvik")


def test_an_answer_that_is_too_long_is_cut_off(services):
    with pytest.raises(ServiceError, match="too long"):
        weather(services, fetcher=Fetcher(largest=20))(city="Lunvik")


@pytest.mark.parametrize("plan", ["", "5000", "600", "slowly", "500x", "xempty"])
def test_an_unknown_fault_is_refused(plan):
    with pytest.raises(UsageError, match="write a status such as 500"):
        read_fault(plan)


def test_services_are_used_while_they_run():
    with pytest.raises(UsageError, match="not running"):
        LocalServices().url()
    with LocalServices() as running, pytest.raises(UsageError, match="needs a session"):
        running.url(fault="500")


def test_addresses_come_from_the_environment():
    chosen = Services.chosen(environ={"HOLDFAST_FORECAST_URL": "http://localhost:9/"})
    assert chosen.forecast == "http://localhost:9" and "yahoo" in chosen.finance
