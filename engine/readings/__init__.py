"""Readings: what an edition says, told in one way each. `truth` defines; every other executing reading agrees."""
