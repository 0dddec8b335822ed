"""A promulgated demo with its website and a receipt, for the tests of what citizens check themselves."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.log.keys import load_signer
from engine.log.note import Signer, line, sign
from engine.receipts.form import digest, receipt_bytes, signed_text
from engine.rulebook import load_rulebook
from publisher.publish import build
from tests.logs import promulgated, run, vkey_of
from tests.website import DAY

RECORD: dict[str, Any] = {
    "subject": "person-0815",
    "as_of": DAY.isoformat(),
    "sources": {
        "account": {"opened": "2019-05-01", "verified": True, "plan": "family"},
        "bills": [
            {
                "due": f"2026-{month:02}-10",
                "paid": f"2026-{month:02}-{9 if month % 5 else 20:02}",
                "amount": 4711.25,
                "reminders": 0,
                "kind": "water",
            }
            for month in range(1, 13)
        ],
    },
    "contested": [{"source": "bills", "row": 4}],
}
"""An invented person."""


@dataclass(frozen=True)
class Receipted:
    """The folder of policies, the website made of it, the public key, and by language the files of a receipt."""

    policies: Path
    site: Path
    vkey: str
    receipts: dict[str, Path]

    def receipt(self, lang: str = "en") -> str:
        return (self.receipts[lang] / "receipt.json").read_text("utf-8")

    def own(self, lang: str = "en") -> str:
        return (self.receipts[lang] / "own.json").read_text("utf-8")


def receipted(folder: Path) -> Receipted:
    """Everything made anew in a folder."""
    policies = promulgated(folder)
    build([load_rulebook(policies / "demo")], folder / "site", DAY)
    record = folder / "record.json"
    record.write_text(json.dumps(RECORD), "utf-8")
    receipts = {}
    for lang in ("en", "de", "zh-Hans"):
        out = folder / f"receipt-{lang}"
        book = ("--rulebook", "demo", "--key", str(folder / "key"), "--lang", lang)
        made = run(policies, "receipt", str(record), *book, "--out", str(out))
        assert made.exit_code == 0, made.output
        receipts[lang] = out
    return Receipted(policies, folder / "site", vkey_of(folder), receipts)


def resigned(made: Receipted, change: dict[str, Any]) -> str:
    """A receipt that the operator changed, and signed again with the right key."""
    return signed_anew({**json.loads(made.receipt()), **change}, load_signer(made.policies.parent / "key"))


def signed_anew(receipt: dict[str, Any], by: Signer) -> str:
    """The file of a receipt, with the signature of a key in the place of the one it had."""
    signature = line(sign(signed_text(digest(receipt)), by)).rstrip("\n")
    return receipt_bytes({**receipt, "signature": signature}).decode()
