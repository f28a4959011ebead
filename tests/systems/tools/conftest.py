"""Local services that the tests of the tools share."""

import pytest

from systems.tools.server.serving import LocalServices


@pytest.fixture(scope="session")
def services():
    with LocalServices() as running:
        yield running
