"""The desk of those who decide: one file per dialog."""
