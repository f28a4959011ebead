"""Faults: what the errors of a model's client mean for a run."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from holdfast.errors import RateLimited, Unavailable

__all__ = ["faults_of"]

_BUSY = frozenset({408, 409, 425, 502, 503, 504, 529})
_OVERRUN = ("rate_limit", "too_many_requests")


@contextmanager
def faults_of(library: Any, server: str) -> Iterator[None]:
    """Raise the engine's errors where the client of a server raises its own.

    Too many requests become `RateLimited` with the pause that was asked for; a server that fails,
    cannot be reached, breaks off its answer or sends what is no JSON becomes `Unavailable`. What
    is wrong with the request or the key stays as it is: asking again would not help.

    Args:
        library: the module of the client, `openai` or `anthropic`.
        server: name of the server in messages.
    """
    try:
        yield
    except library.APIStatusError as error:
        raise _of_status(error, server) from error
    except library.APIConnectionError as error:
        raise Unavailable(f"{server} cannot be reached: {_said(error)}") from error
    except library.APIError as error:
        # Without a status: an error that arrived in the middle of an answer.
        if any(word in str(error.body) for word in _OVERRUN):
            raise RateLimited(f"{server}: {error.message}") from error
        raise Unavailable(f"{server} broke off its answer: {error.message}") from error
    except json.JSONDecodeError as error:
        raise Unavailable(f"{server} sent what is no JSON: {error}") from error
    except Exception as error:
        # The clients let errors of their transport, httpx or httpx2, through while they stream.
        if type(error).__module__.split(".")[0] in ("httpx", "httpx2", "httpcore", "httpcore2"):
            raise Unavailable(f"{server} broke off its answer: {_said(error)}") from error
        raise


def _of_status(error: Any, server: str) -> Exception:
    text = f"{server} answered {error.status_code}: {error.message}"
    if error.status_code == 429 or any(word in str(error.body) for word in _OVERRUN):
        return RateLimited(text, retry_after=_pause(error.response.headers))
    in_stream = error.status_code < 400
    if error.status_code >= 500 or error.status_code in _BUSY or in_stream:
        return Unavailable(text)
    return error


def _pause(headers: Mapping[str, str]) -> float | None:
    """Seconds that a server asks to wait (RFC 9110, section 10.2.3: seconds or a date)."""
    stated = headers.get("retry-after", "")
    try:
        return max(float(stated), 0.0)
    except ValueError:
        pass
    try:
        return max((parsedate_to_datetime(stated) - datetime.now(UTC)).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return None


def _said(error: BaseException) -> str:
    cause = error.__cause__
    return f"{error} ({cause})" if cause else str(error) or type(error).__name__
