"""Settings that every test of this repository shares."""

import gc
import os
import re
import signal
import sys

from hypothesis import Phase, settings

# What is printed must not depend on the terminal that the tests run in.
os.environ["COLUMNS"] = "120"
# A job in the background ignores Ctrl-C, and so would every process that a test starts in order to
# interrupt it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Deadlines are timing asserts, and the machine that runs the tests may be busy. Sixty examples are
# enough for every change; HOLDFAST_EXAMPLES=thorough searches longer.
settings.register_profile("default", deadline=None, max_examples=60)
settings.register_profile("thorough", deadline=None, max_examples=500)
# A pull request must not fail on a new random example; that search belongs to a developer.
settings.register_profile("ci", deadline=None, max_examples=60, derandomize=True)
# Thousands of mutants are each tried once: few examples, always the same, and none made smaller.
settings.register_profile(
    "mutants",
    deadline=None,
    derandomize=True,
    max_examples=25,
    phases=[Phase.explicit, Phase.generate],
    report_multiple_bugs=False,
)
settings.load_profile(
    os.environ.get("HOLDFAST_EXAMPLES", "ci" if os.environ.get("CI") else "default")
)


# Thousands of tests are collected and none is thrown away: looking for garbage among them takes a
# third of that time.
gc.disable()


def pytest_collection_finish() -> None:
    """Look for garbage again, but not among what stays until the end."""
    gc.freeze()
    gc.enable()


def pytest_unconfigure() -> None:
    """Let everything go at the end, or libraries warn that it leaked."""
    gc.unfreeze()


def pytest_sessionstart() -> None:
    """Forget what was computed: a mutant is tried in a copy of a process that ran the tests."""
    for name, module in list(sys.modules.items()):
        if name.startswith("holdfast"):
            for value in vars(module).values():
                getattr(value, "cache_clear", lambda: None)()


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name of a parameter without memory addresses, so that every process gives the same name."""
    text = repr(val)
    return re.sub(r" at 0x[0-9a-f]+", "", text)[:100] if " at 0x" in text else None
