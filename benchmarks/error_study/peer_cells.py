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

__all__ = ["PEERS", "PeerCell", "built", "missing"]

ADAPTERS = Path(__file__).parent / "peers"
PEERS = ("statgate", "evalsig", "deltagate", "evalproof")


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerCell:
    """One peer on one setting."""

    setting: Setting
    peer: str
    share: float = 0.4

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
    done = subprocess.run(
        [interpreter(peer), ADAPTERS / f"with_{peer}.py", file],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **QUIET, "OPENBLAS_NUM_THREADS": "1"},
    )
    if done.returncode:
        raise RuntimeError(f"{peer} ended with {done.returncode}:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])
