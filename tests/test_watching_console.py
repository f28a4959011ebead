"""What a long command shows of its progress: a bar on a terminal, and nothing anywhere else."""

import io

import pytest

from holdfast.commands.console import Console


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "as_json", "shown"),
    [(Screen(), False, True), (Screen(), True, False), (io.StringIO(), False, False)],
)
def test_a_bar_is_drawn_on_a_terminal_and_taken_away(
    monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, *, as_json: bool, shown: bool
) -> None:
    monkeypatch.setattr("sys.stderr", stream)
    with Console(as_json=as_json).watching("splits") as watch:
        watch(2)
        watch(2)
    assert ("2/2 splits" in stream.getvalue()) == shown
    assert stream.getvalue().endswith("\r\x1b[K") == shown


def test_nothing_to_watch_draws_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr("sys.stderr", screen)
    with Console(as_json=False).watching("splits"):
        pass
    assert not screen.getvalue()
