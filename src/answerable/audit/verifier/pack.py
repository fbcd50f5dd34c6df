"""The checks of a pack: its files, its rows, its samples, and what they rest on."""

from __future__ import annotations

import base64
import calendar
import csv
import hashlib
import io
import json
import subprocess
import time
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from answerable.audit.verifier.archive import archive
from answerable.audit.verifier.found import Open, Wrong
from answerable.audit.verifier.keys import Keys
from answerable.audit.verifier.line import believed
from answerable.audit.verifier.log import consistent, included, leaf_hash, read_checkpoint, tree_root
from answerable.audit.verifier.signatures import checkpoint_signed, pae, read_envelope, verify_signature

MOST = 1 << 30  # bytes of a pack
SPREADSHEET = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would take for a formula


def read_json(data: bytes | str) -> Any:
    """JSON that says one thing: no name twice in an object, no number that is none."""
    return json.loads(data, object_pairs_hook=_once, parse_constant=_no_number)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Wrong("an object holds a name twice")
    return found


def _no_number(word: str) -> None:
    raise Wrong(f"{word} is no number")


def whole(value: Any, most: int = 1 << 53) -> int:
    """A count: a whole number, none below zero."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise Wrong(f"{value!r:.40} is no count")
    return value


def cell(value: Any) -> str:
    """A value as the tables beside the rows give it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        text = "; ".join(f"{name}: {count}" for name, count in value.items())
    elif isinstance(value, list):
        text = "; ".join(map(str, value))
    elif isinstance(value, (int, float)):
        return json.dumps(value)
    else:
        text = str(value)
    return f"'{text}" if text.startswith(SPREADSHEET) else text


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
            names = [one.filename for one in found.infolist()]
            if len(names) != len(set(names)):
                raise Wrong("it holds a file twice")
            if any(one.compress_type or one.flag_bits for one in found.infolist()):
                raise Wrong("it holds a file that is compressed or encrypted")
            self.files = {one.filename: found.read(one) for one in found.infolist()}
        if archive(self.files) != raw:
            raise Wrong("its bytes are not those of the files in it: something was changed or added around them")
        self.manifest = read_json(self.files["manifest.json"])
        self.size, self.root = whole(self.manifest["ledger"]["size"]), bytes.fromhex(self.manifest["ledger"]["root"])

    def json(self, name: str) -> Any:
        """A file of the pack, read."""
        return read_json(self.files[name])

    def contents(self) -> tuple[str, None]:
        """That the files are those of the manifest, all of them and no other."""
        listed = {one["name"]: one for one in self.manifest["files"]}
        if len(listed) != len(self.manifest["files"]):
            raise Wrong("the manifest lists a file twice")
        there = set(self.files) - {"manifest.json", "manifest.dsse.json"}
        for name in sorted(there ^ set(listed)):
            raise Wrong(f"{name} is {'not listed' if name in there else 'missing'}")
        for name, one in listed.items():
            if hashlib.sha256(self.files[name]).hexdigest() != one["sha256"] or len(self.files[name]) != one["size"]:
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
        said = {row["fingerprint"]: row for row in self.json("keys.json")["keys"]}
        if set(said) != set(keys.known):
            raise Wrong("keys.json tells of other keys than its decisions do")
        for name, row in keys.known.items():
            told = said[name]
            if (
                told["key"].split(" ")[:2] != row["key"].split(" ")[:2]
                or told["principal"]["id"] != row["principal"]["id"]
            ):
                raise Wrong(f"keys.json tells of the key {name} otherwise than its decisions do")
            if (told["since"], told["until"]) != (row["since"], row.get("until")):
                raise Wrong(f"keys.json tells of the key {name} otherwise than its decisions do")
        return f"{len(keys.known)} keys follow from {len(entries)} decisions", keys

    def signature(self, keys: Keys) -> tuple[str, None]:
        """Who signed the pack."""
        type_, payload, signatures = read_envelope(self.files["manifest.dsse.json"])
        statement = read_json(payload)
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
        for one in rows:
            if set(one) not in ({"row", "salt"}, {"leaf"}):
                raise Wrong("a row is neither shown nor withheld")
        self.table(f"{name}.csv", shown)
        hidden = len(rows) - len(shown)
        return f"{len(rows)} rows{f', {hidden} of them withheld' if hidden else ''}", rows

    def table(self, name: str, shown: Sequence[Mapping[str, Any]], *besides: str) -> None:
        """That a table beside the rows says of each what the row says; columns `besides` are not of the rows."""
        table = csv.reader(io.StringIO(self.files[name].decode(), newline=""))
        columns = next(table)
        if len(columns) != len(set(columns)):
            raise Wrong(f"{name} holds a column twice")
        said = [dict(zip(columns, row)) for row in table]  # noqa: B905 - Python 3.9 has no `strict`
        if len(said) != len(shown):
            raise Wrong(f"{name} does not list what the population shows")
        for told, row in zip(said, shown):  # noqa: B905
            for column in columns:
                if column not in besides and (column not in row or told.get(column) != cell(row[column])):
                    raise Wrong(f"{name} says {column} otherwise than the rows do")

    def samples(self, rows: Sequence[Mapping[str, Any]], keys: Keys | None) -> tuple[str, None]:
        """That the samples are those that the seed draws, and that all they rest on is in the log."""
        said = self.manifest["sample"]
        seed = hashlib.sha256(self.root + said["nonce"].encode()).hexdigest()
        if seed != said["seed"]:
            raise Wrong("the seed does not follow from the root and the nonce")
        numbers = [
            (hashlib.sha256(bytes.fromhex(seed) + at.to_bytes(8, "big")).digest(), at) for at in range(len(rows))
        ]
        drawn = [at for _, at in sorted(numbers)][: whole(said["size"])]
        there = {name for name in self.files if name.startswith("samples/")}
        if there != {f"samples/{number:03}.json" for number in range(1, len(drawn) + 1)}:
            raise Wrong("there are other samples than those that the seed draws")
        proven = sum(self.sample(number, at, rows[at], keys) for number, at in enumerate(drawn, 1))
        with_ = f"with the nonce {said['nonce']!r}" if said["nonce"] else "without a nonce: the maker chose the moment"
        return f"{len(drawn)} rows drawn again {with_}; {proven} decisions proven", None

    def sample(self, number: int, at: int, of: Mapping[str, Any], keys: Keys | None) -> int:
        """That a sample is the row that was drawn, with what it rests on; how many decisions were proven."""
        one = self.json(f"samples/{number:03}.json")
        if one["place"] != at:
            raise Wrong(f"sample {number} is not the one that the seed draws")
        if one.get("withheld") != ("row" not in of or None):
            raise Wrong(f"sample {number} is withheld, or shown, unlike its row")
        if one.get("withheld"):
            return 0
        entries = [entry for entry in one["entries"] if set(entry) != {"index", "withheld"}]
        if len(entries) < len(one["entries"]) and self.manifest["withheld"] is None:
            raise Wrong(f"sample {number} withholds decisions, and the pack says that it withholds nothing")
        if canonical(one["row"]) != canonical(of["row"]):
            raise Wrong(f"sample {number} is not the row of the population")
        if sorted(entry["index"] for entry in one["entries"]) != sorted(one["row"]["decisions"]):
            raise Wrong(f"sample {number} lacks decisions that its row names")
        for entry in entries:
            leaf = self.prove(entry)
            if keys:
                keys.check(entry["index"], leaf)
        if len(entries) == len(one["entries"]):
            held(number, one["row"], [_decision(entry) for entry in entries])
        return len(entries)

    def lists(self, rows: Sequence[Mapping[str, Any]]) -> tuple[str, None]:
        """That what is listed first is what the population shows."""
        shown = [one["row"] for one in rows if "row" in one]
        unexplained = [row for row in shown if row["unexplained"]]
        emergencies = [row for row in shown if row["emergency"] or row["override"]]
        self.table("unexplained.csv", unexplained)
        self.table("emergency.csv", emergencies)
        excepted = set(csv_column(self.files["exceptions.csv"], "commit"))
        self.table("exceptions.csv", [row for row in shown if row["commit"] in excepted], "controls")
        return f"{len(unexplained)} unexplained, {len(emergencies)} emergencies", None

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
        head = self.manifest["head"]
        if len(head) not in (40, 64) or set(head) - set("0123456789abcdef"):
            raise Wrong("the head is no commit id")  # and might be an option to git
        command = ["git", "--no-replace-objects", "-C", folder, "rev-list", "--first-parent", "--timestamp", head, "--"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Wrong(f"git cannot read the commit {self.manifest['head'][:12]} there")
        parts = [row.split() for row in done.stdout.splitlines()]
        moments = believed([int(seconds) for seconds, _ in parts], int(time.time()))
        start, end = (instant(self.manifest["period"][name]) for name in ("from", "to"))
        line = [sha for (_, sha), at in zip(parts, moments) if start <= at < end]  # noqa: B905
        shown = [one["row"]["commit"] if "row" in one else None for one in rows]
        for sha, commit in zip(line, shown):  # noqa: B905
            if commit and sha != commit:
                if commit in line:
                    raise Wrong(f"the commit {sha[:12]} of the main line is not in the population, or not in its place")
                raise Wrong(f"the population holds {commit[:12]}, which is not of the main line in the period")
        if len(line) != len(shown):
            named = f": {line[len(shown)][:12]} is not in the population" if len(line) > len(shown) else ""
            raise Wrong(f"the main line has {len(line)} commits in the period, the population {len(shown)}{named}")
        return f"{len(shown)} commits of the main line in the period, none left out", None

    def head(self, folder: str) -> tuple[str, None]:
        """That the newest commit is one that a branch of the clone leads to along its main line."""
        command = [
            "git",
            "-C",
            folder,
            "for-each-ref",
            "--format=%(objectname) %(refname)",
            "refs/heads",
            "refs/remotes",
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        names = [row.split(" ", 1) for row in done.stdout.splitlines()]
        head = self.manifest["head"]
        tips = [name for sha, name in names if sha == head]
        if not tips:
            raise Open(f"the commit {head[:12]} is the tip of no branch there: look whether it is of the main line")
        return f"{head[:12]} is the tip of {', '.join(tips[:3])}", None


def csv_column(data: bytes, name: str) -> list[str]:
    """One column of a table."""
    return [row[name] for row in csv.DictReader(io.StringIO(data.decode(), newline=""))]


def instant(moment: str) -> int:
    """Seconds since 1970 of a moment as manifests give them, in UTC."""
    return calendar.timegm(time.strptime(moment, "%Y-%m-%dT%H:%M:%SZ"))


def _decision(entry: Mapping[str, Any]) -> dict[str, Any]:
    predicate = read_json(read_envelope(base64.b64decode(entry["leaf"]))[1])["predicate"]
    if not isinstance(predicate, dict):
        raise Wrong(f"entry {entry['index']} is no decision")
    return predicate


def held(number: int, row: Mapping[str, Any], decisions: Sequence[Mapping[str, Any]]) -> None:
    """That decisions of a sample say what its row says that they do."""
    gates = [one for one in decisions if one["kind"] == "gate"]
    if row["gate"] is not None and not any(
        str(one["details"].get("verdict")) == row["gate"] and one["observedAt"] == row["gate_at"] for one in gates
    ):
        raise Wrong(f"sample {number}: no decision of the gate says {row['gate']}")
    for who in row["approvals"]:
        if not any(one["kind"] in ("review", "approve") and one["principal"]["id"] == who for one in decisions):
            raise Wrong(f"sample {number}: no decision says that {who} approved it")
