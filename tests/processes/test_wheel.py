"""The wheel that `make wheel` builds holds all that runs: installed elsewhere, without the network, it works there."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from storage.vault import new_office_key
from tests.processes.bot_process import ROOT

TOOLS = ROOT / ".tools" / "bin" / "python"


def run(*command: str | Path, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    wide = {"COLUMNS": "200", "PYTHONUTF8": "1"}
    return subprocess.run(
        command, cwd=folder, env=kept | wide | environment, capture_output=True, text=True, timeout=100, check=False
    )


@pytest.fixture(scope="module")
def changgu(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of a fresh environment: the wheel alone, and a path to what it depends on."""
    if not TOOLS.exists():
        pytest.skip("`make wheel` has no tools yet: run `make test`")
    folder = tmp_path_factory.mktemp("wheel")
    built = run(TOOLS, "-m", "hatchling", "build", "-t", "wheel", "-d", folder / "dist", folder=ROOT)
    assert built.returncode == 0, built.stderr
    (wheel,) = (folder / "dist").glob("changgu-*.whl")
    home = folder / "venv"
    assert run(sys.executable, "-m", "venv", "--without-pip", home, folder=folder).returncode == 0
    pip = (sys.executable, "-m", "pip", "--python", home / "bin" / "python", "install", "--no-deps", "--no-index")
    installed = run(*pip, "--no-compile", wheel, folder=folder)
    assert installed.returncode == 0, installed.stderr
    (packages,) = (home / "lib").glob("python*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return home / "bin" / "changgu"


def test_words_and_dialogs_are_inside(changgu: Path, tmp_path: Path) -> None:
    words, map_ = run(changgu, "words", folder=tmp_path), run(changgu, "map", folder=tmp_path)
    assert words.returncode == map_.returncode == 0
    assert "desk.fault" in words.stdout
    assert "/appeal" in map_.stdout


def test_migrations_and_programmes_are_inside(changgu: Path, tmp_path: Path) -> None:
    place = {"DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/changgu.db", "DATA_KEYS": new_office_key()}
    assert run(changgu, "migrate", folder=tmp_path, **place).returncode == 0
    doctor = run(changgu, "doctor", folder=tmp_path, **place)
    assert doctor.returncode == 1, doctor.stderr
    assert "✓ database" in doctor.stdout
    assert "✗ senders" in doctor.stdout
