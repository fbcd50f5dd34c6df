"""The checks of a pack: its files, its rows, its samples, and what they rest on."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import subprocess
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from answerable.audit.verifier.archive import archive
from answerable.audit.verifier.found import Wrong
from answerable.audit.verifier.keys import Keys
from answerable.audit.verifier.log import consistent, included, leaf_hash, read_checkpoint, tree_root
from answerable.audit.verifier.signatures import checkpoint_signed, pae, read_envelope, verify_signature

MOST = 1 << 30  # bytes of a pack


def canonical(value: Any) -> str:
    """RFC 8785 for what rows hold: texts, whole numbers, truth, lists, objects, and numbers below one."""
    if isinstance(value, dict):
        ordered = sorted(value.items(), key=lambda item: item[0].encode("utf-16-be"))
        return "{" + ",".join(f"{canonical(k)}:{canonical(v)}" for k, v in ordered) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, float):
        return str(int(value)) if value == int(value) else repr(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class Pack:
    """The files of a pack, and the checks of it."""

    def __init__(self, place: str) -> None:
        if Path(place).is_dir():
            raise Wrong("give the file that was handed over, not a folder")
        if Path(place).stat().st_size > MOST:
            raise Wrong("it is larger than any pack")
        raw = Path(place).read_bytes()
        with zipfile.ZipFile(io.BytesIO(raw)) as found:
            if sum(one.file_size for one in found.infolist()) > MOST:
                raise Wrong("it holds more than any pack")
            self.files = {one.filename: found.read(one) for one in found.infolist()}
        if archive(self.files) != raw:
            raise Wrong("its bytes are not those of the files in it: something was changed or added around them")
        self.manifest = json.loads(self.files["manifest.json"])
        self.size, self.root = self.manifest["ledger"]["size"], bytes.fromhex(self.manifest["ledger"]["root"])

    def json(self, name: str) -> Any:
        """A file of the pack, read."""
        return json.loads(self.files[name])

    def contents(self) -> tuple[str, None]:
        """That the files are those of the manifest, all of them and no other."""
        listed = {one["name"]: one for one in self.manifest["files"]}
        there = set(self.files) - {"manifest.json", "manifest.dsse.json"}
        for name in sorted(there ^ set(listed)):
            raise Wrong(f"{name} is {'not listed' if name in there else 'missing'}")
        for name, one in listed.items():
            if hashlib.sha256(self.files[name]).hexdigest() != one["sha256"]:
                raise Wrong(f"{name} was changed")
        return f"{len(listed)} files are what the manifest says", None

    def checkpoint(self, vkey: str) -> tuple[str, None]:
        """That the checkpoint is the one that the pack rests on, and whose it is."""
        text = self.files["checkpoint"].decode()
        origin, size, root = read_checkpoint(text)
        if (origin, size, root) != (self.manifest["ledger"]["origin"], self.size, self.root):
            raise Wrong("the checkpoint is of another log, size or root than the manifest says")
        if vkey:
            checkpoint_signed(text, vkey)
        return f"{size} entries{', signed with the key that was given' if vkey else ''}", None

    def prove(self, entry: Mapping[str, Any]) -> bytes:
        """The leaf of an entry, once it is proven to be in the log."""
        leaf = base64.b64decode(entry["leaf"])
        head, _, note = entry["proof"].partition("\n\n")
        lines = [line for line in head.splitlines()[1:] if not line.startswith("extra ")]
        if lines[0] != f"index {entry['index']}" or read_checkpoint(note)[2] != self.root:
            raise Wrong(f"the proof of entry {entry['index']} is of another entry or log")
        included(leaf, entry["index"], self.size, [base64.b64decode(line) for line in lines[1:]], self.root)
        return leaf

    def keys(self) -> tuple[str, Keys]:
        """The keys that the ledger trusts, by its own decisions."""
        entries = self.json("keys.json")["entries"]
        for entry in entries:
            self.prove(entry)
        keys = Keys(entries)
        return f"{len(keys.known)} keys follow from {len(entries)} decisions", keys

    def signature(self, keys: Keys) -> tuple[str, None]:
        """Who signed the pack."""
        type_, payload, signatures = read_envelope(self.files["manifest.dsse.json"])
        statement = json.loads(payload)
        digest = hashlib.sha256(self.files["manifest.json"]).hexdigest()
        if statement["subject"][0]["digest"]["sha256"] != digest:
            raise Wrong("the signature is over another manifest")
        for keyid, signature in signatures:
            row = keys.known.get(keyid)
            if row and not row.get("until") and verify_signature(row["key"], pae(type_, payload), signature, ""):
                return f"by {row['principal']['id']} ({row['principal'].get('type', 'human')})", None
        raise Wrong("no key that the ledger trusts signed the manifest")

    def rows(self, name: str) -> tuple[str, list[dict[str, Any]]]:
        """All rows of a table, shown or withheld, held to the root that was signed."""
        rows, said = self.json(f"{name}.json")["rows"], self.manifest[name]
        leaves: list[bytes] = []
        shown: list[dict[str, Any]] = []
        for one in rows:
            if "row" in one:
                leaves.append(leaf_hash(bytes.fromhex(one["salt"]) + canonical(one["row"]).encode()))
                shown.append(one["row"])
            else:
                leaves.append(bytes.fromhex(one["leaf"]))
        if len(rows) != said["rows"] or len(shown) != said["shown"] or tree_root(leaves).hex() != said["root"]:
            raise Wrong("rows were changed, added or removed: they do not lead to the root that was signed")
        table = list(csv.DictReader(io.StringIO(self.files[f"{name}.csv"].decode())))
        key = "commit" if name == "population" else "entry"
        if [str(row[key]) for row in shown] != [row[key] for row in table]:
            raise Wrong(f"{name}.csv lists other rows than {name}.json")
        hidden = len(rows) - len(shown)
        return f"{len(rows)} rows{f', {hidden} of them withheld' if hidden else ''}", rows

    def samples(self, rows: Sequence[Mapping[str, Any]], keys: Keys | None) -> tuple[str, None]:
        """That the samples are those that the seed draws, and that all they rest on is in the log."""
        said = self.manifest["sample"]
        seed = hashlib.sha256(self.root + said["nonce"].encode()).hexdigest()
        if seed != said["seed"]:
            raise Wrong("the seed does not follow from the root and the nonce")
        numbers = [
            (hashlib.sha256(bytes.fromhex(seed) + at.to_bytes(8, "big")).digest(), at) for at in range(len(rows))
        ]
        drawn = [at for _, at in sorted(numbers)][: said["size"]]
        proven = 0
        for number, at in enumerate(drawn, 1):
            one = self.json(f"samples/{number:03}.json")
            if one["place"] != at:
                raise Wrong(f"sample {number} is not the one that the seed draws")
            if one.get("withheld") != ("row" not in rows[at] or None):
                raise Wrong(f"sample {number} is withheld, or shown, unlike its row")
            if not one.get("withheld"):
                if canonical(one["row"]) != canonical(rows[at]["row"]):
                    raise Wrong(f"sample {number} is not the row of the population")
                if sorted(entry["index"] for entry in one["entries"]) != sorted(one["row"]["decisions"]):
                    raise Wrong(f"sample {number} lacks decisions that its row names")
            for entry in one.get("entries", ()):
                proven += 1
                leaf = self.prove(entry)
                if keys:
                    keys.check(entry["index"], leaf)
        return f"{len(drawn)} rows drawn again, {proven} decisions proven", None

    def lists(self, rows: Sequence[Mapping[str, Any]]) -> tuple[str, None]:
        """That what is listed first is what the population shows."""
        shown = [one["row"] for one in rows if "row" in one]
        wanted = {
            "unexplained.csv": [row["commit"] for row in shown if row["unexplained"]],
            "emergency.csv": [row["commit"] for row in shown if row["emergency"] or row["override"]],
        }
        for name, commits in wanted.items():
            if [row["commit"] for row in csv.DictReader(io.StringIO(self.files[name].decode()))] != commits:
                raise Wrong(f"{name} does not list what the population shows")
        return f"{len(wanted['unexplained.csv'])} unexplained, {len(wanted['emergency.csv'])} emergencies", None

    def grown(self, older: str) -> tuple[str, None]:
        """That the log that somebody saw before is the beginning of this one."""
        _, size, root = read_checkpoint(older)
        proof: list[bytes] = []
        if "consistency.json" in self.files:
            found = self.json("consistency.json")
            proof = [base64.b64decode(one) for one in found["hashes"]] if found["from"] == size else []
        consistent(size, root, self.size, self.root, proof)
        return f"the log of {size} entries is the beginning of this one", None

    def repository(self, folder: str, rows: Sequence[Mapping[str, Any]]) -> tuple[str, None]:
        """That no commit of the main line is left out between those of the population, by git itself."""
        command = ["git", "-C", folder, "rev-list", "--first-parent", "--timestamp", self.manifest["head"], "--"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Wrong(f"git cannot read the commit {self.manifest['head'][:12]} there")
        line = [row.split()[1] for row in done.stdout.splitlines()]
        shown = [one["row"]["commit"] if "row" in one else None for one in rows]
        known = [commit for commit in shown if commit]
        places = {commit: at for at, commit in enumerate(line)}
        if any(commit not in places for commit in known):
            raise Wrong("the population holds a commit that is not of the main line")
        first = next((places[commit] - at for at, commit in enumerate(shown) if commit), 0)
        for at, commit in enumerate(shown):
            if commit and line[first + at] != commit:
                raise Wrong(f"the commit {line[first + at][:12]} of the main line is not in the population")
        return f"{len(shown)} commits of the main line, none left out between them", None
