"""FedRAMP's own documents, by its own schemas."""
