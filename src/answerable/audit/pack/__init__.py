"""Evidence packs: what happened in a period, with the proofs that a stranger checks offline."""
