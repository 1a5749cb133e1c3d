"""The board's figures: counted in `storage/figures.py`, put into words here, and drawn in a process of its own."""
