"""The register of decisions: who asked about whom, for which use and with which result, and what was contested."""
