"""The keys of a ledger, replayed from its own decisions about them, each signed by those who may."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from answerable.audit.verifier.found import Wrong
from answerable.audit.verifier.signatures import pae, read_envelope, verify_signature

ROW = {"key", "principal", "kinds", "admin", "validAfter", "validBefore"}  # what a decision says of a key
KINDS = {"root", "add", "revoke", "threshold", "role"}


class Keys:
    """The keys of the ledger, replayed from its own decisions about them."""

    def __init__(self, entries: Iterable[Mapping[str, Any]]) -> None:
        self.known: dict[str, dict[str, Any]] = {}
        self.threshold = 1
        self.unknown = 0  # signatures of a type that is not known here
        last = -1
        for entry in entries:
            if not last < entry["index"]:
                raise Wrong(f"the decision about keys {entry['index']} is not in its order")
            last = entry["index"]
            self.apply(last, base64.b64decode(entry["leaf"]))

    def signers(self, leaf: bytes, kind: str) -> set[str]:
        """Fingerprints of known keys that signed an entry."""
        type_, payload, signatures = read_envelope(leaf)
        found: set[str] = set()
        for keyid, signature in signatures:
            if keyid in self.known:
                outcome = verify_signature(
                    self.known[keyid]["key"], pae(type_, payload), signature, f"{kind}.decision@answerable"
                )
                self.unknown += outcome is None
                if outcome:
                    found.add(keyid)
        return found

    def apply(self, index: int, leaf: bytes) -> None:
        """Take one decision about keys in."""
        predicate = json.loads(read_envelope(leaf)[1])["predicate"]
        details = predicate["details"]
        if predicate["kind"] != "key" or details["action"] not in KINDS:
            raise Wrong(f"entry {index} is no decision about keys")
        if details["action"] == "root":
            if index != 0:
                raise Wrong(f"entry {index} begins the ledger a second time")
            self.threshold = _threshold(details)
            self.add(index, details["keys"])
        signed = [self.known[name] for name in self.signers(leaf, "key")]
        people = {row["principal"]["id"] for row in signed if row.get("admin") and "until" not in row}
        if len(people) < self.threshold:
            raise Wrong(f"entry {index} changes the keys, and too few administrators signed it")
        if details["action"] == "add":
            self.add(index, details["keys"])
        elif details["action"] == "revoke" and details["fingerprint"] in self.known:
            self.known[details["fingerprint"]].setdefault("until", index)
        elif details["action"] == "threshold":
            self.threshold = _threshold(details)

    def add(self, index: int, rows: Iterable[Mapping[str, Any]]) -> None:
        """Trust keys from an entry on."""
        for row in rows:
            blob = base64.b64decode(row["key"].split(" ")[1])
            name = "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
            if name in self.known and self.known[name]["since"] < index:
                raise Wrong(f"entry {index} adds a key a second time")
            self.known[name] = {**{key: row[key] for key in row if key in ROW}, "since": index}

    def check(self, index: int, leaf: bytes) -> bool:
        """Raise where no trusted key of its principal signed an entry; False where that could not be told."""
        predicate = json.loads(read_envelope(leaf)[1])["predicate"]
        before = self.unknown
        good = [key for key in self.signers(leaf, predicate["kind"]) if self.may(self.known[key], index, predicate)]
        if not good and self.unknown == before:
            raise Wrong(
                f"entry {index} is not signed by a key of {predicate['principal']['id']} that is trusted for it"
            )
        return bool(good)

    def may(self, key: Mapping[str, Any], index: int, predicate: Mapping[str, Any]) -> bool:
        """Whether a key counts for a decision: by its window, what it may be used for, and whose it is."""
        who, claimed = predicate["principal"], _order(predicate["observedAt"])
        kinds = key.get("kinds", ["*"])
        return (
            key["since"] <= index <= key.get("until", index)
            and (not key.get("validAfter") or claimed >= _order(key["validAfter"]))
            and (not key.get("validBefore") or claimed < _order(key["validBefore"]))
            and ("*" in kinds or predicate["kind"] in kinds)
            and (key["principal"]["id"], key["principal"].get("type", "human")) == (who["id"], who.get("type", "human"))
        )


def _order(moment: str) -> tuple[str, str]:
    """What sorts as moments do, however many digits their seconds have."""
    seconds, _, parts = moment.rstrip("Z").partition(".")
    return seconds, parts.rstrip("0")


def _threshold(details: Mapping[str, Any]) -> int:
    number = details.get("threshold", 1)
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise Wrong("a threshold of administrators is a whole number from 1")
    return number
