"""Makes `systems` importable without the repository root on the path.

The root holds a folder `datasets`, which on the path would pass for the library of that name.
"""

import importlib.util
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]

if importlib.util.find_spec("systems") is None:
    _spec = importlib.util.spec_from_file_location(
        "systems",
        _ROOT / "systems" / "__init__.py",
        submodule_search_locations=[str(_ROOT / "systems")],
    )
    assert _spec is not None
    assert _spec.loader is not None
    sys.modules["systems"] = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(sys.modules["systems"])

_DOCUMENTS = {
    "pump-manual": (
        "Pump Manual",
        {
            "Error codes": "E-4012 means that the inlet is dry. E-4013 means that it is frozen.",
            "Cleaning": "Rinse the filter with warm water every month.",
        },
    ),
    "travel": (
        "Travel Policy",
        {"Hotels": "A night may cost 120 euros.", "Trains": "Second class; book early."},
    ),
}


@pytest.fixture
def documents(tmp_path):
    """A folder with two documents of two sections each."""
    folder = tmp_path / "documents"
    for identity, (title, sections) in _DOCUMENTS.items():
        body = "\n\n".join(f"## {heading}\n\n{text}" for heading, text in sections.items())
        path = folder / "source" / f"{identity}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            f"---\nid: {identity}\ntitle: {title}\nstatus: current\n---\n\n# {title}\n\n{body}\n"
        )
    return folder
