"""The append-only log of decisions: what was recorded can be proven, and cannot be changed or dropped unseen."""
