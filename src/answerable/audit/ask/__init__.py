"""A small language for questions over changes, decisions and deployments: asked, answered, saved."""
