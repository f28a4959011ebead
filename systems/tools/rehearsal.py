"""Rehearsal: the assistant against local services, with the faults that its input asks for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import uuid4

from holdfast.digest import Json
from holdfast.errors import UsageError
from holdfast.system import Response, Spec
from systems.models.chat import ChatModel
from systems.tools.assistant import Assistant
from systems.tools.fetching import Fetcher
from systems.tools.server.serving import LocalServices
from systems.tools.services import Services, shipped_assistant

__all__ = ["Rehearsal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """Answers `question` while the services fail as `fault` says, such as `500x3` or `slow`.

    The assistant, its client and its tools are those that are shipped; only the addresses differ.
    """

    model: ChatModel
    services: LocalServices
    version: int | None = None
    """Version of the prompt; None is the live one."""
    # Time enough for a busy machine, and little enough to wait for what never comes.
    fetcher: Fetcher = field(default_factory=lambda: Fetcher(timeout=3.0, pause=0.02))

    @property
    def spec(self) -> Spec:
        return self._assistant("").spec

    def __call__(self, given: Mapping[str, Json], /, *, seed: int = 0) -> Response:
        question, fault = given.get("question"), given.get("fault", "")
        if not isinstance(question, str) or not isinstance(fault, str):
            raise UsageError(f"expected texts as `question` and `fault`, got {dict(given)!r:.120}")
        return self._assistant(fault)(question, seed=seed)

    def _assistant(self, fault: str) -> Assistant:
        url = self.services.url(fault=fault, session=uuid4().hex)
        data = self.services.recordings.digest
        services = Services.at(url, fetcher=self.fetcher, data=data)
        return shipped_assistant(self.model, services, version=self.version)
