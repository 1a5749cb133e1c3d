"""The memory: one file for each thing remembered, with methods that read as sentences."""
