"""Write a new revision for what `storage/tables/` has and a migrated database has not.

python tools/revision.py WORDS; read what it wrote before you commit it, and run tests/storage/test_migrate.py.
"""

import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command

ROOT = Path(__file__).parent.parent
VERSIONS = ROOT / "storage" / "migrations" / "versions"
sys.path.insert(0, str(ROOT))

from storage import migrate  # noqa: E402


async def revise(words: str) -> None:
    """Migrate an empty SQLite database and let alembic write down what is missing."""
    number = f"{len(list(VERSIONS.glob('*.py'))) + 1:04}"
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/empty.db"
        await migrate.upgrade(url)
        await migrate.run(url, lambda config: command.revision(config, words, autogenerate=True, rev_id=number))


if __name__ == "__main__":
    asyncio.run(revise(" ".join(sys.argv[1:])))
    subprocess.run([sys.executable, "-m", "ruff", "format", VERSIONS], check=True)
