import numpy as np
import pytest

from systems.rag.retrieval.vectors import load_or_make


def vectors(rows):
    return np.arange(rows * 3, dtype=np.float32).reshape(rows, 3)


def never():
    pytest.fail("kept vectors were made again")


def test_vectors_are_made_once_for_a_key(tmp_path):
    made = load_or_make(tmp_path / "new", "key", rows=2, make=lambda: vectors(2))
    kept = load_or_make(tmp_path / "new", "key", rows=2, make=never)
    assert np.array_equal(made, kept)
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["key.npy"]


def test_another_key_never_finds_them(tmp_path):
    load_or_make(tmp_path, "old", rows=2, make=lambda: vectors(2))
    fresh = load_or_make(tmp_path, "new", rows=2, make=lambda: vectors(2) + 1)
    assert np.array_equal(fresh, vectors(2) + 1)


@pytest.mark.parametrize("content", [b"", b"\x93NUMPY", b"not an array"])
def test_a_damaged_file_is_made_again(tmp_path, content):
    (tmp_path / "key.npy").write_bytes(content)
    assert len(load_or_make(tmp_path, "key", rows=2, make=lambda: vectors(2))) == 2
    assert len(load_or_make(tmp_path, "key", rows=2, make=never)) == 2


def test_a_truncated_file_is_made_again(tmp_path):
    load_or_make(tmp_path, "key", rows=9, make=lambda: vectors(9))
    path = tmp_path / "key.npy"
    path.write_bytes(path.read_bytes()[:-8])
    assert len(load_or_make(tmp_path, "key", rows=9, make=lambda: vectors(9))) == 9


def test_a_file_with_another_number_of_vectors_is_made_again(tmp_path):
    load_or_make(tmp_path, "key", rows=2, make=lambda: vectors(2))
    assert len(load_or_make(tmp_path, "key", rows=3, make=lambda: vectors(3))) == 3


def test_a_failed_attempt_leaves_nothing_behind(tmp_path):
    with pytest.raises(ZeroDivisionError):
        load_or_make(tmp_path, "key", rows=2, make=lambda: 1 / 0)
    assert list(tmp_path.iterdir()) == []
