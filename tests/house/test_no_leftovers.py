"""Nothing is left for later in the tree: no to-do notes anywhere, in any language of ours."""

import re
import subprocess

from tests.house.tree import ROOT

NOTE = re.compile(r"\b(TO" r"DO|FIX" r"ME|HA" r"CK)\b")
TEXT = {".py", ".toml", ".po", ".md", ".sh", ".sql", ".html", ".js", ".css", ".csv", ".txt", ""}
LOCKS = ROOT / "requirements"


def test_no_note_is_left_for_later() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    files = [ROOT / name for name in listed if name]
    texts = [path for path in files if path.is_file() and path.suffix in TEXT and LOCKS not in path.parents]
    assert texts, "no file was searched"
    notes = [path.relative_to(ROOT).as_posix() for path in texts if NOTE.search(path.read_text(encoding="utf-8"))]
    assert not notes
