"""The desk of those who see to the counter itself: one file per dialog."""
