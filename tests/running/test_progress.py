"""Tests of holdfast.running.progress: a bar for people, lines for logs, silence on request."""

import io

import pytest

import holdfast.running.progress
from holdfast.running.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Gone(io.StringIO):
    def write(self, _: str, /) -> int:
        raise BrokenPipeError


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(holdfast.running.progress.time, "monotonic", lambda: now[0])
    return now


def test_a_terminal_gets_a_bar_with_rate_failures_and_time_left(clock: list[float]) -> None:
    stream = Terminal()
    progress = Progress(100, done=20, style="auto", stream=stream)
    for number in range(30):
        progress.advance(failed=number < 2)
    clock[0] += 3
    progress.show()
    assert "[############............] 50/100 trials, 10.0/s, 2 failed, 0:05 left" in (
        stream.getvalue()
    )
    progress.finish()
    assert stream.getvalue().endswith("\n")


def test_a_log_gets_a_line_now_and_then(clock: list[float]) -> None:
    stream = io.StringIO()
    progress = Progress(10, done=0, style="auto", stream=stream)
    for _ in range(4):
        progress.advance(failed=False)
        clock[0] += 4
        progress.show()
    assert stream.getvalue() == "holdfast: 3/10 trials, 0.2/s, 0:28 left\n"


def test_a_short_run_leaves_one_line_in_a_log_that_names_it(clock: list[float]) -> None:
    stream = io.StringIO()
    progress = Progress(1, done=0, style="plain", name="sums/bot\x1b[2J", stream=stream)
    progress.advance(failed=False)
    clock[0] += 2
    progress.show()
    progress.finish()
    assert stream.getvalue() == "sums/bot[2J: 1/1 trials, 0.5/s\n"


def test_none_is_silent_even_on_a_terminal(clock: list[float]) -> None:
    stream = Terminal()
    progress = Progress(1, done=0, style="none", stream=stream)
    clock[0] += 60
    progress.show()
    progress.finish()
    assert stream.getvalue() == ""


def test_a_terminal_that_is_gone_does_not_end_the_run() -> None:
    progress = Progress(1, done=0, style="bar", stream=Gone())
    progress.show()
    progress.advance(failed=False)
    progress.finish()
    assert progress.text(0.0).startswith("1/1 trials")


def test_hours_are_shown_as_hours(clock: list[float]) -> None:
    progress = Progress(1001, done=0, style="none", stream=io.StringIO())
    progress.advance(failed=False)
    clock[0] += 10
    assert progress.text(clock[0]).endswith("2:46:40 left")
