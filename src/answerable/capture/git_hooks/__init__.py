"""The git hooks: plain `sh`, put beside the hooks that are there and taken away without a trace."""
