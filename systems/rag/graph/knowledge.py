"""Knowledge: a graph of the sections of a corpus and the names in them."""

import math
from dataclasses import dataclass, field
from typing import Any

from holdfast.digest import digest_json
from holdfast.errors import MissingExtra
from systems.once import Once
from systems.rag.corpus import Corpus
from systems.rag.graph.names import NAMES_VERSION, Names

__all__ = ["Knowledge", "Node"]

Node = tuple[str, str]
"""Kind (`section` or `name`) and id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """A networkx graph of a corpus, made at its first use.

    Two names are related where a section holds both; that section stands between them in the graph,
    so that every relation carries its evidence. An edge's `relation` is `is about` where the title
    or heading holds the name, and `mentions` otherwise.
    """

    corpus: Corpus
    _names: Once[Names] = field(default_factory=Once[Names], init=False, repr=False, compare=False)
    # networkx comes without types.
    _graph: Once[Any] = field(default_factory=Once[Any], init=False, repr=False, compare=False)

    @property
    def digest(self) -> str:
        """Digest of the corpus and of how names are read from it."""
        return digest_json([self.corpus.digest, NAMES_VERSION])

    @property
    def names(self) -> Names:
        """What the corpus calls by name; owners of documents among it."""
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

    def names_in(self, section: str) -> tuple[str, ...]:
        """Names that a section holds, in alphabetical order."""
        return tuple(sorted(name for _, name in self.graph[("section", section)]))

    def holders(self, name: str) -> tuple[str, ...]:
        """Sections that hold a name, in the order of ids."""
        node = ("name", name)
        return tuple(sorted(place for _, place in self.graph[node])) if node in self.graph else ()

    def rarity(self, name: str) -> float:
        """How rare a name is, from 0 to 1 for one that a single section holds."""
        count = len(self.corpus.sections)
        return math.log(1 + count / len(self.holders(name))) / math.log(1 + count)

    def _build(self) -> Any:
        try:
            import networkx
        except ImportError as error:
            raise MissingExtra("retrieval over a graph needs: pip install networkx") from error
        graph = networkx.Graph()
        for section in self.corpus.sections:
            here: Node = ("section", section.id)
            graph.add_node(here)
            for name in self.names.read(section.text):
                graph.add_edge(here, ("name", name), relation="mentions")
            # In titles most words have a capital.
            for name in self.names.find(f"{section.title} {section.heading}"):
                graph.add_edge(here, ("name", name), relation="is about")
        return graph
