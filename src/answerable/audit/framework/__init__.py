"""Control frameworks: what each control asks, which question evidences it, and what the facts make of it."""
