"""Agentic retrieval: a model decides by tool calls what to search for, and where."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from holdfast.digest import Json, canonical
from holdfast.prompts import Prompt
from holdfast.system import Passage, Response, Spec, ToolCall
from systems.models.chat import ChatModel, Tool
from systems.rag.answering.declining import DECLINING_VERSION, declines, refuses
from systems.rag.corpus import Corpus
from systems.rag.retrieval.retriever import Retriever
from systems.tools.assistant import Assistant
from systems.tools.handbook_search import HandbookSearch
from systems.tools.toolbox import Skill, Toolbox

__all__ = ["Agentic"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agentic:
    """An assistant whose only tool searches, over everything or in one source.

    The passages are those that the model was shown: the first of every search in the order of its
    calls, then the second of every search, and so on. Every call stands in the response, every step
    in its spans, and the text is what the model concluded. A model that does not search finds
    nothing. Where it says that the documents do not tell, or gives up, it declines, as any
    pipeline that answers does; what it found stands in the response all the same.
    """

    model: ChatModel
    prompt: Prompt
    corpus: Corpus
    everywhere: Retriever
    shelves: Mapping[str, Retriever]
    """Retriever of each source."""
    steps: int = 4
    """Largest number of completions."""
    passages: int = 5
    """Number of passages that the model is shown for a search."""
    words: int = 40
    """Words of each passage that are shown, from its beginning."""

    @property
    def spec(self) -> Spec:
        model, everywhere = self.model.spec, self.everywhere.spec
        params: dict[str, Json] = {
            "model": model.label,
            "prompt": f"v{self.prompt.version}",
            "retriever": everywhere.name,
            "steps": self.steps,
            "passages": self.passages,
            "words": self.words,
        }
        return Spec(
            name="agentic",
            params=params,
            version=f"2-declining-{DECLINING_VERSION}",
            artifacts={
                "assistant": self._assistant(_Searches(agent=self)).spec.digest,
                "everywhere": everywhere.digest,
                **{source: shelf.spec.digest for source, shelf in self.shelves.items()},
            },
            texts=self.prompt.texts,
        )

    def __call__(self, question: str, /, *, seed: int = 0) -> Response:
        searches = _Searches(agent=self)
        answer = self._assistant(searches)(question, seed=seed)
        passages = searches.passages(answer.tool_calls)
        abstained = answer.abstained or declines(answer.text)
        data: Json = {"refused": refuses(answer.text)} if abstained else answer.data
        return replace(answer, passages=passages, abstained=abstained, data=data)

    def _assistant(self, searches: "_Searches") -> Assistant:
        skill = Skill(tool=self._tool(), function=searches.search, data=self.corpus.digest)
        toolbox = Toolbox(skills=(skill,))
        return Assistant(model=self.model, toolbox=toolbox, prompt=self.prompt, steps=self.steps)

    def _tool(self) -> Tool:
        sources: list[Json] = sorted(self.shelves)
        return Tool(
            name="search_handbook",
            description="Search the company handbook.",
            parameters={
                "type": "object",
                "properties": {
                    "query": {"type": "string", "description": "words to look for"},
                    "source": {
                        "type": "string",
                        "enum": sources,
                        "description": "where to look; leave it out to look everywhere",
                    },
                },
                "required": ["query"],
            },
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Searches:
    """The searches of one question, by their arguments."""

    agent: Agentic
    found: dict[str, tuple[Passage, ...]] = field(default_factory=dict[str, tuple[Passage, ...]])

    def search(self, *, query: str, source: str | None = None) -> str:
        """The passages as the model reads them.

        Raises:
            ServiceError: there are none.
        """
        agent = self.agent
        retriever = agent.shelves[source] if source else agent.everywhere
        response = retriever(query)
        self.found[_key(query, source)] = response.passages[: agent.passages]
        shown = HandbookSearch(
            corpus=agent.corpus,
            retrieve=lambda _: response,
            passages=agent.passages,
            words=agent.words,
        )
        return shown(query=query)

    def passages(self, calls: tuple[ToolCall, ...]) -> tuple[Passage, ...]:
        """What the calls found, each passage once, by rank and then by the order of the calls."""
        ranked: list[tuple[int, int, str]] = []
        for at, call in enumerate(calls):
            key = _key(call.arguments.get("query"), call.arguments.get("source"))
            if not call.failed:
                ranked += [(rank, at, passage.id) for rank, passage in enumerate(self.found[key])]
        return tuple(
            Passage(id=name) for name in dict.fromkeys(name for *_, name in sorted(ranked))
        )


def _key(query: Json, source: Json) -> str:
    return canonical([query, source])
