"""`.answerable/owners.yaml`, read strictly: what comes out is complete, or every fault has its line and column."""
