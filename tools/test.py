"""Runs every test, prints the ten slowest, and holds the coverage floors of `pyproject.toml` (lines and branches).

With arguments, which go to pytest, it runs what they choose and asks for no floor.
"""

import json
import os
import signal
import subprocess
import sys
import tomllib
from contextlib import suppress
from pathlib import Path
from typing import Any

REPORT = Path("build/coverage.json")
COUNTED = ("slipcover", "--dont-wrap-pytest", "--json", "--out", str(REPORT), "-m")
QUIETLY = ("--quiet", "--durations=10")
# Three on two cores: those that kill and wait leave one idle. Files in the order of `tests/conftest.py`.
TOGETHER = ("--numprocesses=3", "--dist=loadfile", "--no-loadscope-reorder")
LONGEST = 60 * 60  # seconds for everything, on a machine with much else to do: a run that hangs ends as one that failed


def main(arguments: list[str]) -> int:
    """Run pytest and the floors; returns pytest's exit code, or 1 where a floor is missed."""
    REPORT.parent.mkdir(exist_ok=True)
    if arguments:
        return _run("pytest", *arguments)
    failed = _run(*COUNTED, "pytest", *QUIETLY, *TOGETHER)
    return failed or _hold_floors(json.loads(REPORT.read_text())["files"])


def _run(*command: str) -> int:
    """Run a module to its end; one that takes too long, or leaves processes behind, is ended with all of them."""
    child = subprocess.Popen([sys.executable, "-m", *command], start_new_session=True)
    try:
        return child.wait(LONGEST)
    except subprocess.TimeoutExpired:
        print(f"{command[0]} did not end within {LONGEST // 60} minutes")
        return 1
    finally:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)


def _hold_floors(files: dict[str, Any]) -> int:
    floors = tomllib.loads(Path("pyproject.toml").read_text())["tool"]["changgu"]["floors"]
    missed = 0
    for package, floor in floors.items():
        covered = _percent([entry["summary"] for name, entry in files.items() if Path(name).parts[0] == package])
        missed += covered < floor
        print(f"coverage  {package:<12}{covered:5.1f}%  floor {floor}%{'  MISSED' if covered < floor else ''}")
    return min(missed, 1)


def _percent(summaries: list[dict[str, int]]) -> float:
    covered, missing = [
        sum(s[f"{what}_lines"] + s[f"{what}_branches"] for s in summaries) for what in ("covered", "missing")
    ]
    return 100 * covered / (covered + missing) if covered else 0.0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
