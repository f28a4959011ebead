"""What the tests of composed retrievers share: a small company, and a retriever of fixed order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from holdfast.system import Passage, Response, Spec
from systems.rag.corpus import Corpus

_COMPANY = {
    "incidents/inc-77": (
        "INC-77 – The Flooded Hall",
        "owner: Orla Quist",
        {
            "Summary": "Water came into the hall. The siren of Gullwatch warned us on 3 May.",
            "Actions": "All pumps are checked every week. INC-77 was closed in June.",
        },
    ),
    "manuals/gullwatch": (
        "Gullwatch Manual",
        "owner: Tor Ambrose",
        {
            "Purpose": "Owners of Gullwatch are told of water. The device hangs near the floor.",
            "Battery": "The battery of a device lasts two years.",
        },
    ),
    "people/team-sirens": (
        "Sirens Team",
        "owner: Tor Ambrose",
        {
            "Who we are": "We are led by Tor Ambrose and look after Gullwatch in Port Sefton.",
            "Habits": "On Fridays we have cake.",
        },
    ),
    "policies/leave": (
        "Leave Policy",
        "owner: Orla Quist",
        {"Days": "Everybody has thirty days of leave a year.", "Asking": "Ask your lead in time."},
    ),
}


@pytest.fixture
def company(tmp_path):
    """A corpus of four documents in four sources; one name leads from an incident to a team."""
    return _write_company(tmp_path / "company")


@pytest.fixture(scope="session")
def shared_company(tmp_path_factory):
    """The same for tests that leave it as it is."""
    return _write_company(tmp_path_factory.mktemp("shared") / "company")


def _write_company(folder):
    for place, (title, more, sections) in _COMPANY.items():
        body = "\n\n".join(f"## {heading}\n\n{text}" for heading, text in sections.items())
        path = folder / f"{place}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        source, identity = place.split("/")
        front = f"id: {identity}\ntitle: {title}\nsource: {source}\n{more}"
        path.write_text(f"---\n{front}\n---\n\n# {title}\n\n{body}\n", encoding="utf-8")
    return Corpus(folder=folder)


@dataclass(frozen=True)
class Ordered:
    """A retriever whose rankings are written down by question; it remembers what it was asked."""

    rankings: Mapping[str, Sequence[str] | Mapping[str, float]]
    name: str = "ordered"
    asked: list[str] = field(default_factory=list)

    @property
    def spec(self) -> Spec:
        return Spec(name=self.name, artifacts={"rankings": str(self.rankings)})

    def __call__(self, question: str, /) -> Response:
        self.asked.append(question)
        ranking = self.rankings.get(question, self.rankings.get("*", ()))
        if not isinstance(ranking, Mapping):
            ranking = {name: 1 / rank for rank, name in enumerate(ranking, start=1)}
        passages = tuple(Passage(id=name, score=score) for name, score in ranking.items())
        return Response(passages=passages)


@pytest.fixture
def ordered():
    """Makes a retriever of its rankings."""
    return Ordered
