"""Runs for a long time and watches memory and agreement: `python -m tests.soak [--short]`."""

from __future__ import annotations

import argparse

from tests.soak import columns, fuzz, log, nearest, proof, service, session

RECORDS, SHORT = 200_000, 10_000
DRAWN, PEOPLE = 2_000, 100_000
BOOKS = 300
CASES = 4_000
KILLS, REQUESTS = 100, 300
FUZZED = 200_000


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--short", action="store_true", help=f"{SHORT:,} records instead of {RECORDS:,}")
    short = parser.parse_args().short
    session.soak(SHORT if short else RECORDS)
    columns.soak(DRAWN // 20 if short else DRAWN, 0 if short else DRAWN // 20, PEOPLE // 20 if short else PEOPLE)
    nearest.soak(CASES // 50 if short else CASES)
    service.soak(*((2_000, 5, 10) if short else (RECORDS, KILLS, REQUESTS)))
    fuzz.soak(FUZZED // 50 if short else FUZZED)
    proof.soak(BOOKS // 15 if short else BOOKS)
    log.soak(KILLS // 10 if short else KILLS)


main()
