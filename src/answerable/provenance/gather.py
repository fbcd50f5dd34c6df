"""Everything that a repository holds as evidence about a commit, from every source, each read at most once.

Few commits are looked up one by one; `prepare` reads notes and merges in bulk for a whole history. A source that is
missing is no error; one that is broken is a defect in the reading.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from answerable.domain.commit import Commit
from answerable.domain.decision import Decision
from answerable.domain.evidence import Claim, Defect, Reading
from answerable.errors import EvidenceUnreadable
from answerable.git.commits import read_commits
from answerable.git.notes import Notes
from answerable.git.objects import Objects
from answerable.git.repository import Repository
from answerable.git.tree import list_tree
from answerable.ledger.place import has_ledger
from answerable.provenance.branches import branch_of, claim_for
from answerable.provenance.refs import COMMIT_REFS, DECISION_NOTES, EVIDENCE_REFS, NOTE_REFS, TRACE_NOTES
from answerable.provenance.registry import installed, read_commit

if TYPE_CHECKING:
    from answerable.provenance.agent_trace import Trace
    from answerable.provenance.decisions import Vouched
    from answerable.provenance.vouching import Vouching

# The readers of notes, traces and checkpoints are loaded only where a repository holds such evidence.
TRACE_FOLDER = b".agent-trace"


class Gatherer:
    """Collects readings from one repository.

    Args:
        repository: Where.
        head: The commit whose tree may hold Agent Trace records.
        files: Agent Trace files given by the caller, by name.

    Raises:
        EvidenceUnreadable: one of `files` holds no record at all.
    """

    def __init__(self, repository: Repository, head: str, files: Mapping[str, bytes] | None = None) -> None:
        self._repository = repository
        self._known: dict[str, Reading] = {}
        self._branches: dict[str, list[Claim]] = {}
        self._prepared = False
        refs = repository.refs(*EVIDENCE_REFS)
        self._refs = refs
        named = [ref for ref in refs if ref.startswith(NOTE_REFS) or ref == TRACE_NOTES]
        self._notes = [Notes(repository.git, repository.objects, ref) for ref in named]
        self._folders: dict[str, list[Trace]] = {}  # by the id of a folder of traces: the one read last
        self._traces = list(self._read_traces(head, files or {}))
        self.telling: list[str] = []  # merges that `prepare` found to say something of what they brought
        self.verified: Mapping[int, Decision] = {}  # decisions of the ledger that were judged already, by their index
        self._vouching: Vouching | None = None
        self._found: dict[str, tuple[Sequence[Vouched], Sequence[Defect]]] = {}  # of the commit asked about last
        self._decides = DECISION_NOTES in refs or has_ledger(repository.common_dir)

    @property
    def defects(self) -> tuple[Defect, ...]:
        """Faults of evidence that belongs to no single commit."""
        return tuple(defect for trace in self._traces for defect in trace.defects)

    def prepare(self, merges: Iterable[str]) -> None:
        """Get ready for many commits: list all notes at once, and learn which tool's branches these merges brought."""
        self._prepared = True
        for notes in self._notes:
            _ = notes.by_commit
        for commit in read_commits(self._repository.objects, merges):
            branch = branch_of(commit.message) if commit.is_merge else None
            claim = claim_for(branch, commit.sha) if branch else None
            if claim:
                self.telling.append(commit.sha)
                self.brought_by(commit, claim)

    def spoken_of(self, shas: Collection[str]) -> set[str] | None:
        """Which of many commits evidence outside of them speaks of; None where only reading them would tell.

        Call `prepare` first.
        """
        if self._traces or installed() or any(notes.ref == TRACE_NOTES for notes in self._notes):
            return None
        found = {*self.annotated(), *self._branches}
        vouching = self.vouching()
        return (found & set(shas)) | (vouching.known(shas) if vouching else set())

    def turn_to(self, head: str, brought: Mapping[str, Sequence[Claim]], *, traces: bool = True) -> None:
        """Ask about the history of another head from now on; the lists of notes stay.

        Args:
            head: The commit whose tree may hold Agent Trace records.
            brought: What merges say of the commits that they brought in.
            traces: False where its tree holds the same records as that of the head before.
        """
        self._known.clear()
        self._branches = {sha: list(claims) for sha, claims in brought.items()}
        if traces:
            self._traces = list(self._read_traces(head, {}))

    def detach(self, objects: Objects) -> None:
        """In a forked process: list the notes first, then read through a process of its own."""
        for notes in self._notes:
            notes.read_through(objects)
        self._vouching = None  # a ledger that is open stays the parent's

    def brought_by(self, merge: Commit, claim: Claim) -> None:
        """Attach a claim about a branch to every commit that its merge brought in."""
        asked = (*merge.parents[1:], f"^{merge.parents[0]}")
        code, out, _ = self._repository.quarantine.git.attempt("rev-list", *asked)
        for sha in out.decode("ascii", "replace").split() if code == 0 else ():
            self._branches.setdefault(sha, []).append(claim)

    def annotated(self) -> dict[str, list[tuple[str, str]]]:
        """Every annotated commit id with (ref, blob id) of its notes."""
        found: dict[str, list[tuple[str, str]]] = {}
        for notes in self._notes:
            if notes.ref != TRACE_NOTES:
                for sha, blob in notes.by_commit.items():
                    found.setdefault(sha, []).append((notes.ref, blob))
        for ref, blob in self._refs.items():
            if ref.startswith(COMMIT_REFS):
                found.setdefault(ref.removeprefix(COMMIT_REFS), []).append((ref, blob))
        return found

    def reading(self, commit: Commit, merge: Commit | None = None) -> Reading:
        """All claims about one commit, and the faults of its evidence.

        Args:
            commit: The commit.
            merge: The merge that brought it in, where the caller knows it and `prepare` was not called.
        """
        found = self._known.get(commit.sha)
        if found is None:
            found = self._known[commit.sha] = self._read(commit, merge)
        return found

    def decisions(self, sha: str) -> Sequence[Vouched]:
        """Every signed decision about a commit, and whether the ledger vouches for it."""
        return self._about(sha)[0]

    def _about(self, sha: str) -> tuple[Sequence[Vouched], Sequence[Defect]]:
        if sha in self._found:
            return self._found[sha]
        vouching = self.vouching()
        if vouching is None:
            return (), ()
        self._found = {sha: vouching.about(sha)}  # it is asked for more than once in a row
        return self._found[sha]

    def vouching(self) -> Vouching | None:
        """Reads signed decisions, whatever they are about; None where there are none. It is closed with this."""
        if not self._decides:
            return None
        from answerable.provenance.vouching import Vouching  # cryptography is slow to load

        here = self._repository
        if self._vouching is None:
            notes = Notes(here.git, here.objects, DECISION_NOTES) if DECISION_NOTES in self._refs else None
            if notes and self._prepared:
                _ = notes.by_commit
            self._vouching = Vouching(here, notes, self.verified)
        return self._vouching

    def close(self) -> None:
        """Close the ledger, where one was read."""
        if self._vouching:
            self._vouching.close()
        self._found.clear()

    def _decided(self, sha: str) -> Reading:
        found, defects = self._about(sha)
        if not found and not defects:
            return Reading()
        from answerable.provenance import decisions

        reading = decisions.read(found, lambda path: self._file(sha, path))
        return Reading(claims=reading.claims, defects=(*defects, *reading.defects))

    def _file(self, sha: str, path: bytes) -> bytes | None:
        found = self._repository.objects.get(sha.encode() + b":" + path)
        return found.data if found and found.kind == "blob" else None

    def _read(self, commit: Commit, merge: Commit | None) -> Reading:
        parts = [read_commit(commit, plugins=installed())]
        parts.extend(self._git_ai(commit.sha))
        parts.extend(self._checkpoints(commit.message))
        parts.append(self._traced(commit))
        parts.append(self._decided(commit.sha))
        branch = branch_of(merge.message) if merge else None
        inferred = claim_for(branch, merge.sha) if merge and branch else None
        claims = [claim for part in parts for claim in part.claims] + ([inferred] if inferred else [])
        claims += self._branches.get(commit.sha, ())
        return Reading(claims=tuple(claims), defects=tuple(d for part in parts for d in part.defects))

    def _git_ai(self, sha: str) -> list[Reading]:
        found: dict[bytes, str] = {}  # the same note under two refs is one piece of evidence
        for notes in self._notes:
            data = notes.of(sha) if notes.ref != TRACE_NOTES else None
            if data is not None:
                found.setdefault(data, notes.ref)
        blob = self._refs.get(f"{COMMIT_REFS}{sha}")
        data = self._repository.objects.blob(blob) if blob else None
        if data is not None:
            found.setdefault(data, COMMIT_REFS.rstrip("/"))
        if not found:
            return []
        from answerable.provenance import git_ai

        readings = {data: git_ai.read_note(data, sha, ref=ref) for data, ref in found.items()}
        signed = self.decisions(sha)
        if not signed:
            return list(readings.values())
        from answerable.provenance.bound import held

        return held(readings, signed)

    def _checkpoints(self, message: str) -> list[Reading]:
        if not any("/checkpoints/" in ref for ref in self._refs):
            return []
        from answerable.provenance import entire

        readings = []
        for checkpoint in entire.checkpoints_of(message):
            for place in self._checkpoint_places(checkpoint, entire.folder_of(checkpoint)):
                data = self._repository.objects.get(f"{place}metadata.json")
                if data is not None and data.kind == "blob":
                    readings.append(entire.read_metadata(data.data, f"{place}metadata.json"))
        return readings

    def _checkpoint_places(self, checkpoint: str, folder: str) -> list[str]:
        shared = [ref for ref in self._refs if ref.endswith("entire/checkpoints/v1")]
        own = [ref for ref in self._refs if ref.startswith("refs/entire/") and ref.endswith(f"/{checkpoint}")]
        return [f"{ref}:{folder}/" for ref in shared] + [f"{ref}:" for ref in own]

    def _traced(self, commit: Commit) -> Reading:
        claims: list[Claim] = []
        defects: list[Defect] = []
        traces = self._commit_traces(commit.sha)
        if not traces:
            return Reading()
        from answerable.provenance import agent_trace

        for trace in traces[len(self._traces) :]:
            defects.extend(trace.defects)  # those of the others belong to no commit
        for trace in traces:
            claims.extend(trace.claims_at(commit.sha, loose=False))
            for parent in commit.parents:  # the reference tool names the parent of the commit that holds the lines
                before = trace.claims_at(parent, loose=True)
                claims.extend(before)
                if before:
                    kind = agent_trace.REVISION_BEFORE_COMMIT
                    about = agent_trace.DEFECTS[kind]
                    defects.append(Defect(kind=kind, ref=before[0].evidence.ref, detail=about))
        return Reading(claims=tuple(claims), defects=tuple(defects))

    def _commit_traces(self, sha: str) -> Sequence[Trace]:
        notes = next((n for n in self._notes if n.ref == TRACE_NOTES), None)
        data = notes.of(sha) if notes else None
        if data is None:
            return self._traces
        from answerable.provenance import agent_trace

        return [*self._traces, agent_trace.read_records(data, f"{TRACE_NOTES} {sha}")]

    def _read_traces(self, head: str, files: Mapping[str, bytes]) -> Iterable[Trace]:
        folder = self._repository.objects.get(f"{head}:{TRACE_FOLDER.decode()}")
        if not folder and not files:
            return
        from answerable.provenance import agent_trace

        if folder and folder.oid not in self._folders:
            self._folders = {folder.oid: list(self._read_folder(head))}
        yield from self._folders[folder.oid] if folder else ()
        for name, data in files.items():
            trace = agent_trace.read_records(data, name)
            if not trace.statements and (not data.strip() or any(d.kind == "unreadable" for d in trace.defects)):
                hint = "give a file of Agent Trace records: one JSON object, or one a line"
                raise EvidenceUnreadable(f"{name} holds no Agent Trace record", hint=hint)
            yield trace

    def _read_folder(self, head: str) -> Iterable[Trace]:
        from answerable.provenance import agent_trace

        for entry in list_tree(self._repository.git, head, TRACE_FOLDER):
            data = self._repository.objects.blob(entry.oid)
            if data is not None:
                yield agent_trace.read_records(data, entry.path.decode("utf-8", "replace"))
