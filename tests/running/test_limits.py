"""Tests of holdfast.running.limits: who is to blame, and how many calls may be under way."""

import asyncio
import urllib.error
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.utils import format_datetime

import pytest

from holdfast.errors import Fault, RateLimited, Unavailable
from holdfast.running.limits import Diagnosis, Limiter, diagnose


def named(name: str, parent: type[Exception] = Exception, **attributes: object) -> Exception:
    """An exception of a client that is not installed here."""
    return type(name, (parent,), attributes)("message")


class Answer:
    def __init__(self, status: int, headers: dict[str, str] | None = None) -> None:
        self.status_code = status
        self.headers = headers or {}


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (RateLimited(retry_after=2.0), Diagnosis(kind="rate limit", retry_after=2.0)),
        (Unavailable(), Diagnosis(kind="unavailable")),
        (Fault("the queue is gone"), Diagnosis(kind="unavailable")),
        (named("AuthenticationError", status_code=401), Diagnosis(kind="refused")),
        (named("HTTPStatusError", response=Answer(403)), Diagnosis(kind="refused")),
        (ValueError("no"), Diagnosis(kind="own")),
        (KeyError("code"), Diagnosis(kind="own")),
        (named("RateLimitError", status_code=429), Diagnosis(kind="rate limit")),
        (named("APIStatusError", status_code=529), Diagnosis(kind="unavailable")),
        (named("BadRequestError", status_code=400), Diagnosis(kind="own")),
        (named("NotFound", code=404), Diagnosis(kind="own")),
        (named("OpenAIError", code="rate_limit_exceeded"), Diagnosis(kind="own")),
        (named("HTTPStatusError", response=Answer(503)), Diagnosis(kind="unavailable")),
        (
            named("HTTPStatusError", response=Answer(429, {"Retry-After": "7"})),
            Diagnosis(kind="rate limit", retry_after=7.0),
        ),
        (
            named("ClientResponseError", status=429, headers={"retry-after": "1.5"}),
            Diagnosis(kind="rate limit", retry_after=1.5),
        ),
        (named("HTTPError", response=None), Diagnosis(kind="own")),
        (named("ReadTimeout", named("TimeoutException").__class__), Diagnosis(kind="unavailable")),
        (named("APIConnectionError"), Diagnosis(kind="unavailable")),
        (named("MyOwn", ConnectionResetError), Diagnosis(kind="unavailable")),
        (TimeoutError("read"), Diagnosis(kind="unavailable")),
        (ConnectionRefusedError(), Diagnosis(kind="unavailable")),
        (urllib.error.URLError("refused"), Diagnosis(kind="unavailable")),
        (urllib.error.HTTPError("u", 404, "no", Message(), None), Diagnosis(kind="own")),
        (urllib.error.HTTPError("u", 502, "bad", Message(), None), Diagnosis(kind="unavailable")),
        (ExceptionGroup("one", [RateLimited()]), Diagnosis(kind="rate limit")),
        (ExceptionGroup("two", [RateLimited(), ValueError()]), Diagnosis(kind="own")),
    ],
)
def test_errors_of_the_usual_clients_are_understood(error: Exception, expected: Diagnosis) -> None:
    assert diagnose(error) == expected


def test_a_retry_after_may_be_a_date() -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True)
    diagnosis = diagnose(named("E", response=Answer(429, {"retry-after": date})))
    assert diagnosis.retry_after is not None
    assert 35 < diagnosis.retry_after <= 40


@pytest.mark.parametrize(
    ("text", "seconds"), [("soon", None), ("nan", None), ("-5", 0.0), ("1e9", 3600.0)]
)
def test_a_retry_after_without_sense_is_ignored_or_bounded(
    text: str, seconds: float | None
) -> None:
    assert diagnose(named("E", response=Answer(429, {"retry-after": text}))).retry_after == seconds


def test_a_429_halves_the_limit_once_a_wave_and_answers_raise_it_slowly() -> None:
    async def scenario() -> None:
        limiter = Limiter(16, seed=0)
        began = asyncio.get_running_loop().time()
        for _ in range(10):  # ten calls of one wave are refused together
            limiter.failed(Diagnosis(kind="rate limit"), began=began)
        assert limiter.allowed == 8
        for _ in range(8):
            limiter.succeeded()
        assert 8.5 < limiter.allowed <= 9
        for _ in range(500):
            limiter.succeeded()
        assert limiter.allowed == 16

    asyncio.run(scenario())


def test_other_faults_lower_the_limit_less_and_never_below_one() -> None:
    async def scenario() -> None:
        limiter = Limiter(10, seed=0)
        loop = asyncio.get_running_loop()
        limiter.failed(Diagnosis(kind="unavailable"), began=loop.time())
        assert limiter.allowed == 9
        for _ in range(100):
            await asyncio.sleep(0)
            limiter.failed(Diagnosis(kind="rate limit"), began=loop.time())
        assert limiter.allowed == 1
        assert await limiter.enter()

    asyncio.run(scenario())


def test_a_pause_that_the_provider_asked_for_holds_for_everybody() -> None:
    async def scenario() -> None:
        limiter = Limiter(4, seed=0)
        loop = asyncio.get_running_loop()
        began = loop.time()
        limiter.failed(Diagnosis(kind="rate limit", retry_after=0.1), began=began)

        async def call() -> float:
            assert await limiter.enter()
            moment = loop.time() - began
            limiter.leave()
            return moment

        assert min(await asyncio.gather(*(call() for _ in range(6)))) >= 0.099

    asyncio.run(scenario())


def test_a_closed_limiter_sends_everybody_away() -> None:
    async def scenario() -> list[bool]:
        limiter = Limiter(1, seed=0)
        assert await limiter.enter()
        waiting = [asyncio.ensure_future(limiter.enter()) for _ in range(3)]
        await asyncio.sleep(0)
        limiter.close()
        return await asyncio.gather(*waiting)

    assert asyncio.run(scenario()) == [False] * 3


def test_waiting_grows_with_the_attempts_and_is_spread() -> None:
    limiter = Limiter(1, seed=0)
    fault = Diagnosis(kind="unavailable")
    for attempt, longest in ((1, 0.5), (3, 2.0), (20, 30.0)):
        waits = [limiter.backoff(fault, attempt=attempt) for _ in range(200)]
        assert 0 <= min(waits) < 0.2 * longest
        assert 0.8 * longest < max(waits) <= longest
    asked = Diagnosis(kind="rate limit", retry_after=9.0)
    assert limiter.backoff(asked, attempt=1) == 9.0
