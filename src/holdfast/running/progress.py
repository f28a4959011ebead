"""Progress: how far a run is, on standard error."""

import sys
import time
from typing import TextIO

from holdfast.options import ProgressStyle

__all__ = ["Progress"]

_PLAIN_SECONDS = 10.0
_WIDTH = 24


class Progress:
    """Shows how many trials are done: a bar on a terminal, a line now and then elsewhere."""

    def __init__(
        self,
        total: int,
        *,
        done: int,
        style: ProgressStyle,
        name: str = "",
        noun: str = "trials",
        stream: TextIO | None = None,
    ) -> None:
        # A name may come from anywhere; it must not move the cursor, nor fill the line.
        self._noun = noun
        self._name = "".join(part for part in name if part.isprintable())[:60]
        self._stream = sys.stderr if stream is None else stream
        self._style = style
        if style == "auto":
            self._style = "bar" if self._stream.isatty() else "plain"
        self._total = total
        self._resumed = done
        self._done = done
        self._failures = 0
        self._began = self._shown = time.monotonic()
        self._drawn = False

    def advance(self, *, failed: bool) -> None:
        """Count one finished trial."""
        self._done += 1
        self._failures += failed

    def show(self) -> None:
        """Draw the present state, where it is time to."""
        now = time.monotonic()
        if self._style == "bar":
            line = f"{_bar(self._done, self._total)} {self.text(now)}"
            self._write(f"\r{line}  {self._name}".rstrip() + "\x1b[K")
        elif self._style == "plain" and now - self._shown >= _PLAIN_SECONDS:
            self._shown = now
            self._write(f"{self._name or 'holdfast'}: {self.text(now)}\n")

    def expect(self, total: int) -> None:
        """Say how many trials there are to be after all."""
        self._total = total

    def finish(self, *, said: str = "") -> None:
        """Draw the last state, with what there is to be said of the end, and leave the line."""
        text = f"{self.text(time.monotonic())}{said and f'; {said}'}"
        if self._style == "bar":
            self.show()
            self._write(f"\n{said}\n" if said else "\n")
        elif self._style == "plain":
            self._write(f"{self._name or 'holdfast'}: {text}\n")

    def clear(self) -> None:
        """Take the bar off the terminal, where one was drawn."""
        if self._style == "bar" and self._drawn:
            self._write("\r\x1b[K")

    def text(self, now: float) -> str:
        """State in words: done of total, rate, failures, remaining time."""
        parts = [f"{self._done}/{self._total} {self._noun}"]
        seconds = now - self._began
        made = self._done - self._resumed
        if made and seconds > 0:
            parts.append(f"{made / seconds:.1f}/s")
        if self._failures:
            parts.append(f"{self._failures} failed")
        left = self._total - self._done
        if made and left:
            parts.append(f"{_clock(left * seconds / made)} left")
        return ", ".join(parts)

    def _write(self, text: str) -> None:
        self._drawn = True
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):  # the terminal is gone; the run goes on
            self._style = "none"


def _bar(done: int, total: int) -> str:
    filled = _WIDTH * done // max(1, total)
    return "[" + "#" * filled + "." * (_WIDTH - filled) + "]"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
