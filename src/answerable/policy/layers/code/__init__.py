"""What code uses, read with tree-sitter: one module a language, and a registry of them."""
