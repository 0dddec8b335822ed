"""Runs for a long time and watches memory and agreement: `python -m tests.soak [--short]`."""

from __future__ import annotations

import argparse

from tests.soak import session

RECORDS, SHORT = 200_000, 10_000


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--short", action="store_true", help=f"{SHORT:,} records instead of {RECORDS:,}")
    session.soak(SHORT if parser.parse_args().short else RECORDS)


main()
