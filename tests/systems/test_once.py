import copy
import pickle
import threading

import pytest

from systems.once import Once


def test_many_threads_make_the_value_once():
    made = []
    start = threading.Barrier(8)
    once = Once()

    def use():
        start.wait()
        once.get(lambda: made.append(1))

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1]


def test_a_failed_attempt_is_made_again():
    once = Once()
    with pytest.raises(ZeroDivisionError):
        once.get(lambda: 1 / 0)
    assert once.get(lambda: "second") == "second"


def test_a_copy_makes_its_own_value():
    once = Once()
    once.get(lambda: "first")
    for twin in (copy.copy(once), pickle.loads(pickle.dumps(once))):  # noqa: S301  # its own bytes
        assert twin.get(lambda: "own") == "own"
