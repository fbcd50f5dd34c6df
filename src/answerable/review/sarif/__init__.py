"""Reads reports of findings: SARIF 2.1.0 (OASIS) as analysers really write it, never more forgiving than is safe."""
