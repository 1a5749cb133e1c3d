"""A town without a roster, in which the office walks."""

from tests.handlers.resident.conftest import city, recognised, town, welcomed

__all__ = ["city", "recognised", "town", "welcomed"]
