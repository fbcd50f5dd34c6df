"""Files that people write: a strict part of YAML, read into typed values, every fault with its line and column."""
