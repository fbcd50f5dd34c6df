"""The only package that runs git; every repository it reads is assumed to be hostile."""
