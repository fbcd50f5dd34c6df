"""What other systems report of deployments and of artifacts: read strictly, believed for nobody's sake.

A report becomes a decision only where somebody signs it, and counts for as much as that signature does.
"""
