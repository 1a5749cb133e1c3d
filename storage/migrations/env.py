"""Run by alembic: `storage.migrate` hands over the open connection, in a transaction that it commits."""

from typing import Any, Literal

from alembic import context

from storage.tables import Moment, metadata


def render(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Our own column type, written as it is made."""
    return "Moment()" if kind == "type" and isinstance(item, Moment) else False


connection = context.config.attributes["connection"]
context.configure(connection, target_metadata=metadata, compare_type=True, render_item=render)
context.run_migrations()
