"""Bills of materials that say which parts of a program AI wrote: CycloneDX and SPDX."""
