"""The commands of `answerable ledger`, one file each."""
