"""Tests of holdfast.identity.hardware: names of parts, never of machines or people."""

import getpass
import platform
import socket
import stat
import sys
import types
from pathlib import Path

import pytest

from holdfast.identity import hardware as module
from holdfast.identity.hardware import accelerators, hardware, operating_system


@pytest.fixture(autouse=True)
def forgotten() -> None:
    """What was found before is looked for again."""
    module._of_nvidia.cache_clear()  # pyright: ignore[reportPrivateUsage]


def test_the_parts_of_this_machine_are_named() -> None:
    found = hardware()
    assert int(found["cores"]) >= 1
    assert found["memory"].endswith(" GiB") or sys.platform == "win32"
    assert all(value.strip() and "\n" not in value for value in found.values())
    assert operating_system()


def test_no_machine_or_person_is_named() -> None:
    text = repr((hardware(), operating_system()))
    for name in (socket.gethostname(), getpass.getuser(), platform.node()):
        if len(name) > 4:
            assert name not in text


def test_finding_accelerators_imports_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    accelerators()
    assert "torch" not in sys.modules


def test_the_files_of_a_driver_name_its_cards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ("0000:01:00.0", "0000:02:00.0"):
        card = tmp_path / "gpus" / place
        card.mkdir(parents=True)
        (card / "information").write_text("Model: \t NVIDIA L4\nIRQ: 1\nGPU UUID: GPU-1\n")
    (tmp_path / "version").write_text(
        "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5\nGCC version: 12\n"
    )
    monkeypatch.setattr(module, "_NVIDIA", tmp_path)
    assert accelerators() == {"accelerator": "2 x NVIDIA L4", "driver": "550.54.15"}


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (
            "printf 'NVIDIA H200, 570.86.10\\nNVIDIA H200, 570.86.10\\n'",
            {"accelerator": "2 x NVIDIA H200", "driver": "570.86.10"},
        ),
        ("echo 'NVIDIA-SMI has failed'; exit 9", {}),
        ("echo", {}),
    ],
)
def test_without_such_files_the_driver_is_asked(
    body: str, found: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "nvidia-smi"
    program.write_text(f"#!/bin/sh\n{body}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(module, "_NVIDIA", tmp_path / "none")
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    assert accelerators() == found


def test_a_torch_that_has_begun_to_compute_says_on_what(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_NVIDIA", tmp_path)
    monkeypatch.setenv("PATH", "")
    begun = [True]
    cuda = types.SimpleNamespace(
        is_initialized=lambda: begun[0],
        device_count=lambda: 1,
        get_device_name=lambda _: "AMD Instinct MI300X",
    )
    version = types.SimpleNamespace(hip="6.2", cuda=None)
    monkeypatch.setitem(sys.modules, "torch", types.SimpleNamespace(cuda=cuda, version=version))
    assert accelerators() == {"accelerator": "AMD Instinct MI300X", "runtime": "ROCm 6.2"}
    begun[0] = False
    assert accelerators() == {}
