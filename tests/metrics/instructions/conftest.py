"""Where IFEval's public data lies."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def ifeval_data() -> Path:
    """Folder with the prompts of IFEval and the answers of GPT-4 of 2023-11-07."""
    default = Path(__file__).resolve().parents[4] / "shared" / "data"
    folder = Path(os.environ.get("HOLDFAST_PUBLIC_DATA", default)) / "ifeval"
    if not (folder / "input_data.jsonl").is_file():
        pytest.skip(f"the public data of IFEval is not in {folder}")
    return folder
