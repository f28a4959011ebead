"""Peer cells: other statistics gates from the package index, on the very same samples."""

import json
import os
import subprocess
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from environments import PINS, QUIET, built, interpreter
from error_study.cells import Counts
from error_study.draws import Setting

__all__ = ["PEERS", "PeerCell", "built", "dismiss", "missing"]

ADAPTERS = Path(__file__).parent / "peers"
PEERS = ("statgate", "evalsig", "deltagate", "evalproof")


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerCell:
    """One peer on one setting."""

    setting: Setting
    peer: str
    share: float = 0.25

    @property
    def cost(self) -> float:
        """Resampling makes a peer about as slow as ten of our comparisons."""
        return 10.0 * (100.0 + self.setting.size)

    def measure(self, generator: np.random.Generator, runs: int) -> Counts:
        """Counts of what the peer says of the samples that a gate cell draws."""
        samples = [self.setting.draw(generator) for _ in range(runs)]
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "samples.npz"
            np.savez(
                file,
                baseline=np.stack([sample.baseline for sample in samples]),
                candidate=np.stack([sample.candidate for sample in samples]),
                clusters=np.array(samples[0].clusters or (), dtype=str),
            )
            verdicts = _ask(self.peer, file)
        return Counter(
            {
                "blocked": sum(blocks for blocks, _ in verdicts),
                "cleared": sum(clears for _, clears in verdicts),
            }
        )


def missing(peer: str) -> str:
    """Why the peer cannot be run here; empty where it can. Builds its environment if need be."""
    try:
        interpreter(peer)
    except (OSError, subprocess.CalledProcessError) as problem:
        return f"{PINS[peer]} cannot be installed: {problem}"
    return ""


def _ask(peer: str, file: Path) -> list[tuple[bool, bool]]:
    process = _running(peer)
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(f"{file}\n")
    process.stdin.flush()
    answer = process.stdout.readline()
    if not answer:
        raise RuntimeError(f"{peer} ended with {process.wait()}; its message stands above")
    return json.loads(answer)


_PROCESSES: dict[str, "subprocess.Popen[str]"] = {}


def _running(peer: str) -> "subprocess.Popen[str]":
    """One process for each peer and worker; it ends with the worker, when its input does."""
    if peer not in _PROCESSES:
        _PROCESSES[peer] = subprocess.Popen(
            [interpreter(peer), ADAPTERS / f"with_{peer}.py"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **QUIET, "OPENBLAS_NUM_THREADS": "1"},
        )
    return _PROCESSES[peer]


def dismiss() -> None:
    """End the peers' processes of this worker."""
    while _PROCESSES:
        _, process = _PROCESSES.popitem()
        process.communicate()
