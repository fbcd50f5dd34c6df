"""Holds OSCAL documents of an evidence pack to NIST's models, with compliance-trestle in an environment of its own."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from trestle.oscal.assessment_plan import AssessmentPlan
from trestle.oscal.assessment_results import AssessmentResults

MODELS = {"oscal/assessment-plan.json": AssessmentPlan, "oscal/assessment-results.json": AssessmentResults}


def main(pack: str) -> int:
    """Read both documents; the exit code."""
    with zipfile.ZipFile(pack) as found, TemporaryDirectory() as name:
        for document, model in MODELS.items():
            file = Path(name) / Path(document).name
            file.write_bytes(found.read(document))
            read = model.oscal_read(file)
            if read is None:
                sys.stderr.write(f"error: {document} is not what OSCAL takes\n")
                return 1
            told = f", {len(read.results[0].findings)} findings" if isinstance(read, AssessmentResults) else ""
            sys.stdout.write(f"{document}: {read.uuid}{told}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
