"""Random ids that sort by time (UUIDv7), made before the insert so that seals can name their row."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """Make one, later than all made before in this process."""
    return uuid7()
