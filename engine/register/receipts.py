"""The receipts in the register: that each is as it was signed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from engine.log.checked import Checked
from engine.receipts.form import receipt_bytes
from engine.receipts.verify import Evidence, verify
from engine.register.entry import Entry


def checked_receipts(entries: Iterable[Entry]) -> Iterator[Checked]:
    """Whether nothing was changed in any receipt since it was signed. Whose key that is, the log says."""
    count = 0
    for entry in entries:
        receipt = json.loads(entry.content).get("receipt")
        if receipt is None:
            continue
        count += 1
        wrong = next((each for each in verify(receipt_bytes(receipt), Evidence()) if each.holds is False), None)
        if wrong is not None:
            yield Checked("receipts", False, f"the receipt of entry {entry.seq} does not hold: {wrong.sentence}")
            return
    yield Checked("receipts", True, f"{count:,} receipts are as they were signed")
