"""The inbox: letters, tickets and pages from outside, some with hidden orders, and who answers."""

from pathlib import Path
from typing import Literal, TypeAlias

from holdfast.prompts import Prompt, PromptFolder
from systems.models.choice import chosen_model
from systems.rag.answering.extractive import ExtractiveReader
from systems.rag.answering.focusing import BestSentences
from systems.rag.answering.pipeline import Answering
from systems.rag.answering.ranking import SentenceRanking
from systems.rag.answering.reader import PromptedReader
from systems.rag.corpus import Corpus
from systems.rag.guardrails.guard import Guards
from systems.rag.guardrails.obedient import ObedientModel
from systems.rag.guardrails.screening import DocumentScreen, QuestionScreen
from systems.rag.guardrails.shipped import shipped
from systems.rag.retrieval.bm25 import BM25
from systems.rag.retrieval.encoder import SentenceEncoder

__all__ = ["CORPUS", "Answerer", "answering", "documents", "questions"]

Answerer: TypeAlias = Literal["chosen", "obedient", "extractive"]
"""The chosen chat model, the worst case that obeys every order, or quoting without a model."""

_ROOT = Path(__file__).resolve().parents[2]
_INDEXES = _ROOT / ".holdfast" / "indexes"

CORPUS = Corpus(folder=_ROOT / "datasets" / "guardrails" / "documents" / "test")
"""The documents of the test cases; read at first use."""

_ENCODER = SentenceEncoder()
_PROMPTS = PromptFolder(_ROOT / "systems" / "prompts")
_RANKING = SentenceRanking(corpus=CORPUS, encoder=_ENCODER, folder=_INDEXES)


def questions() -> QuestionScreen:
    """The guards of questions alone."""
    return QuestionScreen(guards=shipped(encoder=_ENCODER).input)


def documents() -> DocumentScreen:
    """The guards of documents alone."""
    return DocumentScreen(corpus=CORPUS, guards=shipped(encoder=_ENCODER).context)


def answering(answerer: Answerer, *, guarded: bool) -> Answering:
    """A whole pipeline over the inbox, with every guard or with none."""
    turns = _prompt().render({"question": "", "passages": ()})
    secrets = tuple(turn.content for turn in turns if turn.role == "system")
    guards = shipped(encoder=_ENCODER, secrets=secrets) if guarded else Guards()
    return Answering(
        reader=_reader(answerer),
        retriever=BM25(corpus=CORPUS),
        corpus=CORPUS,
        count=2,
        focus=BestSentences(ranking=_RANKING) if answerer == "chosen" else None,
        guards=guards,
        name=f"inbox-{answerer}-{'guarded' if guarded else 'open'}",
    )


def _reader(answerer: Answerer) -> PromptedReader | ExtractiveReader:
    if answerer == "extractive":
        return ExtractiveReader(ranking=_RANKING)
    model = ObedientModel() if answerer == "obedient" else chosen_model()
    return PromptedReader(prompt=_prompt(), model=model)


def _prompt() -> Prompt:
    return _PROMPTS.read("answering", version=1)
