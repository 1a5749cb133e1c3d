"""The wire: processes, clock and network. Imports everything below it."""
