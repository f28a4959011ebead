"""A small corpus that the tests of retrieval share."""

import pytest

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
