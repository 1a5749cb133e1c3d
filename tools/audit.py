"""Looks up every locked package for known weaknesses. What could not be looked up is an error, not a pass.

pip-audit alone skips a package that its service does not know and ends well; it also passes over what a lock holds for
other platforms. So it is given bare pins, and its answer is held against them.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

PIN = re.compile(r"^[a-z0-9][\w.-]*==[^\s;]+", re.MULTILINE | re.IGNORECASE)


def main(locks: list[str]) -> int:
    """Audit the locks named; returns 1 where anything is weak or not audited, or where there is nothing to audit."""
    wanted = {pin for lock in locks for pin in PIN.findall(Path(lock).read_text())}
    answers = {f"{one['name']}=={one.get('version')}": one for lock in locks for one in _audit(lock)}
    unaudited = sorted(pin for pin in wanted if pin not in answers)
    weak = [(pin, weakness) for pin in sorted(answers) for weakness in answers[pin].get("vulns", ())]
    for pin in unaudited:
        print(f"not audited  {pin}")
    for pin, weakness in weak:
        print(
            f"weak         {pin}: {weakness['id']}, mended in {', '.join(weakness['fix_versions']) or 'no version yet'}"
        )
    print(f"{len(wanted)} packages, {len(unaudited)} not audited, {len(weak)} known weaknesses")
    return int(bool(unaudited or weak or not wanted))


def _audit(lock: str) -> list[dict[str, Any]]:
    """What pip-audit says of each pin of a lock; one it skipped has no `version`. Raises where it says nothing."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as pins:
        pins.write("\n".join(PIN.findall(Path(lock).read_text())))
        pins.flush()
        command = ["pip_audit", "--no-deps", "--disable-pip", "--progress-spinner", "off", "--format", "json"]
        answer = subprocess.run(
            [sys.executable, "-m", *command, "-r", pins.name], check=False, capture_output=True, text=True
        )
    try:
        dependencies: list[dict[str, Any]] = json.loads(answer.stdout)["dependencies"]
    except (ValueError, KeyError):
        raise SystemExit(f"{lock}: pip-audit gave no answer: {answer.stderr.strip()[-300:]}") from None
    return dependencies


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
