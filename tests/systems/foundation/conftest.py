"""The tiny model, loaded."""

import pytest

from systems.models.local import LocalModel


@pytest.fixture(scope="session")
def local(tiny):
    """The tiny model as a chat model."""
    return LocalModel(model=str(tiny))


@pytest.fixture(scope="session")
def network(local):
    """Its weights and tokenizer."""
    return local.network
