"""Who owns a path: read from what organisations already keep, resolved exactly as they would."""
