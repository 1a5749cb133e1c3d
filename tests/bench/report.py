"""Where figures go: a table on the screen and `build/bench.json`, with the machine and the instant they are of."""

import json
import os
import platform
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

WIDTH = 110
PLACE = Path(__file__).parents[2] / "build" / "bench.json"


class Report:
    """Figures of one run, written as soon as each thing is measured."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)
        self._told: dict[str, Any] = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": {"cores": os.cpu_count(), "processor": _processor(), "python": platform.python_version()},
        }

    def progress(self, what: str) -> None:
        """Say what is being measured now."""
        self._console.print(f"[dim]{what}[/dim]")

    def add(self, name: str, figures: Mapping[str, Any], table: Table) -> None:
        """Keep and show the figures of one measured thing."""
        self._told[name] = figures
        PLACE.parent.mkdir(exist_ok=True)
        PLACE.write_text(json.dumps(self._told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        self._console.print(table)


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")
