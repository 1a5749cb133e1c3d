"""The town of the residents' dialogs, for those who mean it no good."""

from tests.handlers.resident.conftest import city, recognised, town, welcomed

__all__ = ["city", "recognised", "town", "welcomed"]
