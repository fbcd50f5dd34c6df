"""The vocabulary as frozen dataclasses and pure functions: no input or output, no third party."""
