"""Every error that holdfast raises on purpose.

HoldfastError                  exit code 4: the tool was asked for something it cannot do
├── UsageError                 an argument, option or policy is wrong
├── DatasetError               a data file cannot be read; names the file and the line
├── RecordError                a stored run is broken, missing or from a newer holdfast
├── StoreError                 the disk refused: full, read-only, or locked by another process
├── MissingExtra               an optional dependency is not installed; names the install line
└── Fault                      raised by a system: not the answer failed but the infrastructure
    ├── RateLimited            the provider said 429; may carry Retry-After
    └── Unavailable            5xx, refused connection, or time-out of the transport
"""

__all__ = [
    "DatasetError",
    "Fault",
    "HoldfastError",
    "MissingExtra",
    "RateLimited",
    "RecordError",
    "StoreError",
    "Unavailable",
    "UsageError",
]


class HoldfastError(Exception):
    """Base of every error that holdfast raises on purpose."""


class UsageError(HoldfastError):
    """An argument, option or policy is wrong; the message says what would be right."""


class DatasetError(HoldfastError):
    """A data file cannot be read; the message names the file and the line."""


class RecordError(HoldfastError):
    """A stored run is broken, missing, or written by a newer holdfast."""


class StoreError(HoldfastError):
    """The disk refused a write: full, read-only, or locked by another process."""


class MissingExtra(HoldfastError):
    """An optional dependency is not installed; the message holds the install line."""


class Fault(HoldfastError):
    """The infrastructure failed, not the answer: the call is retried, in the end missing."""


class RateLimited(Fault):
    """The provider asked for fewer calls (HTTP 429)."""

    def __init__(self, message: str = "rate limited", *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        """Seconds that the provider asked to wait, or None where it did not say."""


class Unavailable(Fault):
    """The provider did not answer: HTTP 5xx, a refused connection, or a transport time-out."""
