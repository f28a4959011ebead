"""Settings that every test of this repository shares."""

import os

from hypothesis import settings

# Deadlines are timing asserts, and the machine that runs the tests may be busy.
settings.register_profile("default", deadline=None)
# A pull request must not fail on a new random example; that search belongs to a developer.
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")
