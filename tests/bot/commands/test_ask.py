"""`ask --batch` needs no token, database or keys, says a line for each, and names the line it cannot read."""

import json
import os
import subprocess
import sys
from pathlib import Path

from programmes.model import HERE
from tests.answers.kept_apart import KEPT, ROOT, taught

COMMAND = (sys.executable, "-m", "bot", "ask", "--batch")


def asked(folder: Path, *lines: str) -> subprocess.CompletedProcess[str]:
    (folder / "asked.jsonl").write_text("\n".join(lines), encoding="utf-8")
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "FINDER_FOLDER": str(KEPT)}
    return subprocess.run(
        (*COMMAND, "asked.jsonl"), cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_each_line_has_its_answer_in_order(tmp_path: Path) -> None:
    known = taught()
    lines = [
        ("우리 애가 지난주에 태어났는데 걔도 줘요?", "ko"),
        ("", "ko"),
        ("what is the weather like", "en"),
    ]
    done = asked(tmp_path, *(json.dumps({"q": q, "lang": lang}) for q, lang in lines), "")
    said = [json.loads(line) for line in done.stdout.splitlines()]
    found = [known.find(q, lang) for q, lang in lines]  # type: ignore[arg-type]
    assert done.returncode == 0, done.stderr
    assert said == [{"verdict": one.verdict, "topics": list(one.topics)} for one in found]
    assert [one["verdict"] for one in said[1:]] == ["unknown", "unknown"]
    assert {(HERE / "livelihood-coupon-2025/answers" / f"{said[0]['topics'][0]}.toml").is_file()} == {True}


def test_a_line_that_is_no_question_is_named(tmp_path: Path) -> None:
    done = asked(tmp_path, '{"q": "택시", "lang": "ko"}', '{"lang": "ko"}')
    assert (done.returncode, done.stdout) == (2, "")
    assert "asked.jsonl, line 2" in done.stderr
