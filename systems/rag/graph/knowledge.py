"""Knowledge: the sections of a corpus, the names in them, and how documents are linked."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from holdfast.digest import digest_json
from holdfast.errors import MissingExtra
from systems.once import Once
from systems.rag.corpus import Corpus, Section
from systems.rag.graph.names import NAMES_VERSION, Names

__all__ = ["Knowledge", "Node"]

Node = tuple[str, str]
"""Kind (`section`, `name` or `document`) and id."""

_WEIGHTS = {
    "mentions": 1.0,
    "is about": 1.0,
    "belongs to": 0.1,
    "is owned by": 0.1,
    "supersedes": 0.1,
    "variant of": 0.1,
}
"""How strongly each relation binds: what a section says tells more than what document it is in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """A networkx graph of a corpus, made at its first use.

    Two names are related where a section mentions both; that section stands between them in the
    graph, so that every relation carries its evidence. Edges have `relation` and `weight`.
    """

    corpus: Corpus
    _names: Once[Names] = field(default_factory=Once[Names], init=False, repr=False, compare=False)
    # networkx comes without types.
    _graph: Once[Any] = field(default_factory=Once[Any], init=False, repr=False, compare=False)

    @property
    def digest(self) -> str:
        """Digest of the corpus and of all that makes a graph of it."""
        return digest_json([self.corpus.digest, NAMES_VERSION, _WEIGHTS])

    @property
    def names(self) -> Names:
        """What the corpus calls by name."""
        return self._names.get(
            lambda: Names.learn(
                text
                for section in self.corpus.sections
                for text in (section.text, section.front.get("owner", ""))
            )
        )

    @property
    def graph(self) -> Any:
        """The undirected graph, with nodes of the type `Node`."""
        return self._graph.get(self._build)

    def _build(self) -> Any:
        try:
            import networkx
        except ImportError as error:
            raise MissingExtra("retrieval over a graph needs: pip install networkx") from error
        graph = networkx.Graph()
        for section in self.corpus.sections:
            for one, other, relation in self._edges(section):
                weight = _WEIGHTS[relation]
                if graph.get_edge_data(one, other, {}).get("weight", 0.0) <= weight:
                    graph.add_edge(one, other, relation=relation, weight=weight)
        return graph

    def _edges(self, section: Section) -> Iterator[tuple[Node, Node, str]]:
        here: Node = ("section", section.id)
        document: Node = ("document", section.id.partition("#")[0])
        yield here, document, "belongs to"
        for name in self.names.read(section.text):
            yield here, ("name", name), "mentions"
        # In titles most words have a capital.
        for name in self.names.find(f"{section.title} {section.heading}"):
            yield here, ("name", name), "is about"
        for name in self.names.read(section.front.get("owner", "")):
            yield document, ("name", name), "is owned by"
        for key, relation in (("supersedes", "supersedes"), ("variant_of", "variant of")):
            if section.front.get(key):
                yield document, ("document", section.front[key]), relation
