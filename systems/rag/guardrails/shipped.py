"""The guards that ship, switched on together."""

from systems.rag.guardrails.answers import ObedienceGuard, PersonalAnswerGuard, PromptGuard
from systems.rag.guardrails.classifier import Classifier
from systems.rag.guardrails.documents import InstructionGuard
from systems.rag.guardrails.guard import Guards
from systems.rag.guardrails.meaning import LAYERS, MeanStates
from systems.rag.guardrails.questions import (
    HarmGuard,
    InjectionGuard,
    PersonalGuard,
    TopicGuard,
)
from systems.rag.guardrails.suspicion import Suspicion
from systems.rag.reranking.states import States
from systems.rag.retrieval.encoder import SentenceEncoder

__all__ = ["shipped"]


def shipped(*, secrets: tuple[str, ...] = (), encoder: SentenceEncoder | None = None) -> Guards:
    """Every guard at the threshold that was chosen on the development cases.

    Args:
        secrets: texts that answers must not repeat, such as the system's prompt.
        encoder: the model that reads questions and documents; the weights were learned for the
            default.
    """
    states = States(encoder=encoder or SentenceEncoder(), layers=LAYERS, folder=None)
    classifier = Classifier(encoder=MeanStates(states=states))
    output = (PersonalAnswerGuard(), ObedienceGuard())
    return Guards(
        input=(
            PersonalGuard(),
            InjectionGuard(classifier=classifier),
            HarmGuard(classifier=classifier),
            TopicGuard(classifier=classifier),
        ),
        context=(InstructionGuard(suspicion=Suspicion(states=states)),),
        output=(*output, PromptGuard(secrets=secrets)) if secrets else output,
    )
