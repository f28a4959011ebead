"""Making: a run while it is open, which can be asked for more trials until it is closed."""

from collections.abc import Generator, Iterable
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from holdfast.metric import Metric
from holdfast.options import RunOptions
from holdfast.record import CaseRecord, Run
from holdfast.running.recording import Recording, open_recording
from holdfast.running.session import Session
from holdfast.running.subject import Subject
from holdfast.running.threads import run_to_end
from holdfast.storage.cache import Cache
from holdfast.store import private_folder

__all__ = ["Making", "making"]


class Making:
    """A run that is being made; `run` is the finished record once it was closed."""

    def __init__(self, recording: Recording, session: Session) -> None:
        self.recording = recording
        self.session = session
        self.said = ""
        """What there is to be said of how the run ended, for the last line of its progress."""
        self.run = recording.head

    def make(self, trials: Iterable[tuple[CaseRecord, int]]) -> None:
        """Make these trials to the end, or until a budget is spent."""
        run_to_end(self.session.make(trials))


@contextmanager
def making(
    head: Run,
    subject: Subject,
    *,
    identity: str,
    metrics: tuple[tuple[Metric, str], ...],
    store: Path | None,
    options: RunOptions,
) -> Generator[Making]:
    """An open run, new or gone on with; it is closed and on disk when the block ends.

    Metrics come with the digests of their code. Ctrl-C inside the block keeps what was made, and
    the exception gets a note that says how to go on.
    """
    recording = open_recording(head, identity=identity, store=store)
    with ExitStack() as undo:
        undo.callback(recording.abandon)
        cache = None
        if store is not None:
            cache = undo.enter_context(closing(Cache(private_folder(store / "cache"))))
        session = Session(subject, recording, metrics=metrics, cache=cache, options=options)
        made = Making(recording, session)
        try:
            try:
                yield made
            finally:
                session.close(said=made.said)
        except KeyboardInterrupt as interrupt:
            recording.close(stopped="interrupted")
            interrupt.add_note(_farewell(recording, subject.obstacle))
            raise
        made.run = recording.close(stopped=session.stopped)


def _farewell(recording: Recording, obstacle: str | None) -> str:
    done = f"holdfast: interrupted after {recording.done} of {recording.wanted} trials"
    if recording.path is None:
        return f"{done}; nothing was kept, because the run has no store"
    kept = f"{done}, kept in {str(recording.path)!r}"
    if recording.head.provenance.interleaved:
        return f"{kept}; seconds of another hour are not comparable, so the next one starts anew"
    if obstacle is not None:
        return f"{kept}; it cannot be resumed: the system {obstacle}; give the system a `spec`"
    return f"{kept}; run the same command again to resume"
