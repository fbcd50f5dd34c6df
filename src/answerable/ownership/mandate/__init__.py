"""The mandate: the signed, dated, expiring decision of who owns AI-code governance and the response."""
