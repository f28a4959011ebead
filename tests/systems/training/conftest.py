from pathlib import Path

import pytest


@pytest.fixture
def nano_data():
    return Path(__file__).resolve().parents[3] / "datasets" / "nano"


@pytest.fixture(scope="session")
def tokenizer():
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(
        Path(__file__).resolve().parents[3] / "systems" / "models" / "nano"
    )
