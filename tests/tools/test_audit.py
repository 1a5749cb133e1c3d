"""`make audit`: not audited is an error, not a pass. A stand-in answers for pip-audit, so that no network is asked."""

import json
from pathlib import Path

import pytest

from tools import audit

LOCK = "alpha==1.0 \\\n    --hash=sha256:00\nbeta==2.0 ; python_full_version < '3.13' \\\n    --hash=sha256:00\n"
ALPHA = {"name": "alpha", "version": "1.0", "vulns": []}
BETA = {"name": "beta", "version": "2.0", "vulns": []}
SKIPPED = {"name": "beta", "skip_reason": "could not be looked up"}
WEAK = BETA | {"vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1"]}]}


def audited(folder: Path, monkeypatch: pytest.MonkeyPatch, answer: str, lock: str = LOCK) -> int:
    """What `make audit` gives when pip-audit answers this."""
    said = folder / "answer"
    said.write_text(answer)
    stand_in = f"import pathlib, sys\nprint(pathlib.Path({str(said)!r}).read_text())\nsys.exit(1)\n"
    (folder / "pip_audit.py").write_text(stand_in)
    monkeypatch.setenv("PYTHONPATH", str(folder))
    (folder / "lock.txt").write_text(lock)
    return audit.main([str(folder / "lock.txt")])


@pytest.mark.parametrize(
    ("dependencies", "code", "said"),
    [
        ([ALPHA, BETA], 0, "2 packages, 0 not audited, 0 known weaknesses"),
        ([ALPHA, SKIPPED], 1, "not audited  beta==2.0"),
        ([ALPHA], 1, "not audited  beta==2.0"),
        ([ALPHA, WEAK], 1, "weak         beta==2.0: PYSEC-1, mended in 2.1"),
        ([], 1, "2 packages, 2 not audited"),
    ],
)
def test_only_what_was_looked_up_and_found_sound_passes(
    dependencies: list[object], code: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    assert audited(tmp_path, monkeypatch, json.dumps({"dependencies": dependencies})) == code
    assert said in capsys.readouterr().out


def test_a_lookup_that_failed_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit, match="no answer"):
        audited(tmp_path, monkeypatch, "")


def test_an_answer_that_is_none_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit, match="no answer"):
        audited(tmp_path, monkeypatch, "connection refused")


def test_a_lock_with_nothing_in_it_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert audited(tmp_path, monkeypatch, '{"dependencies": []}', lock="") == 1
