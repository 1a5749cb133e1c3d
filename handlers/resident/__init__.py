"""The resident desk: one file per dialog, each a constant in capitals."""
