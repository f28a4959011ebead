import ast
import contextlib
import gc
import threading
import time

import pytest

from holdfast.syntax import parse

SOURCE = "".join(
    f"def f{i}(a):\n    return [b * {i} for b in (a, -a) if b]\n\n" for i in range(300)
)


def give_way(_phase, _facts):
    time.sleep(0)


@pytest.fixture
def threads_take_turns_within_a_parse():
    # Whoever collects garbage lets another thread run, as a finalizer may.
    before = gc.get_threshold()
    gc.set_threshold(50, 2, 2)
    gc.callbacks.append(give_way)
    yield
    gc.callbacks.remove(give_way)
    gc.set_threshold(*before)


@pytest.mark.usefixtures("threads_take_turns_within_a_parse")
@pytest.mark.parametrize("others", [0, 1])
def test_threads_parse_at_the_same_time(others):
    wanted = ast.dump(ast.parse(SOURCE))
    found = []
    done = threading.Event()

    def ours():
        found.extend(ast.dump(parse(SOURCE)) == wanted for _ in range(4))

    def theirs():
        while not done.is_set():
            with contextlib.suppress(SystemError):
                ast.parse(SOURCE)

    foreign = [threading.Thread(target=theirs) for _ in range(others)]
    threads = [threading.Thread(target=ours) for _ in range(3)]
    for thread in [*foreign, *threads]:
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    for thread in foreign:
        thread.join()
    assert found == [True] * 12


@pytest.mark.parametrize(
    ("source", "error"), [("def", SyntaxError), (b"a\0", (SyntaxError, ValueError))]
)
def test_what_is_not_python_is_refused(source, error):
    with pytest.raises(error):
        parse(source)
