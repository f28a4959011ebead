"""Tests of holdfast.storage.journal: whole lines, or an error that says what to do."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.errors import RecordError, StoreError
from holdfast.storage.journal import Journal, read_lines, write_whole


@given(
    st.lists(st.binary(max_size=20).map(lambda b: b.replace(b"\n", b"") + b"\n"), max_size=5),
    st.binary(max_size=70_000).map(lambda data: data.replace(b"\n", b"")),
)
def test_opening_cuts_off_half_a_line_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, whole: list[bytes], half: bytes
) -> None:
    path = tmp_path_factory.mktemp("journal") / "trials.jsonl"
    path.write_bytes(b"".join(whole) + half)
    journal = Journal(path)
    journal.append(b"{}\n")
    journal.close()
    assert path.read_bytes() == b"".join(whole) + b"{}\n"


def test_a_write_that_the_system_splits_is_carried_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda file, data: real(file, bytes(data)[:3]))
    journal = Journal(tmp_path / "trials.jsonl")
    journal.append(b'{"case":"c"}\n')
    journal.close()
    journal.close()
    assert (tmp_path / "trials.jsonl").read_bytes() == b'{"case":"c"}\n'


def test_a_journal_whose_folder_is_a_file_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"cannot write .*file/trials\.jsonl': Not a directory"):
        Journal(tmp_path / "file" / "trials.jsonl")


def test_reading_what_is_not_there_is_a_record_error(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"cannot read .*No such file"):
        list(read_lines(tmp_path / "trials.jsonl"))


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    def broken() -> object:
        yield b"half"
        raise OSError(28, "No space left on device")

    path = tmp_path / "manifest.json"
    write_whole(path, iter([b"before"]))
    with pytest.raises(StoreError, match="No space left"):
        write_whole(path, broken())  # type: ignore[arg-type]
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]
