"""The one hierarchy of errors: each says what went wrong, where, and what to do next.

Libraries raise these; only `cli/` and `server/` turn them into exit codes and responses. The `code` of an error is
stable and documented (docs/reference/errors.md); the message is for people and may change.
"""

from __future__ import annotations

from typing import ClassVar


class AnswerableError(Exception):
    """Something a person can act on.

    Args:
        message: What went wrong and where, in one sentence.
        hint: The next step, or None where there is none.
    """

    code: ClassVar[str] = "internal"
    exit_code: ClassVar[int] = 3

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(AnswerableError):
    """The question was put in a way that has no answer; asking again in the same way will not help."""

    code = "usage"
    exit_code = 2


class TargetInvalid(UsageError):
    """A target that is no path, revision, range, change, artifact or incident."""

    code = "target-invalid"


class TargetUnsupported(UsageError):
    """A target of a kind that needs a record this repository does not hold yet."""

    code = "target-unsupported"


class PathNotFound(UsageError):
    """No such path at the revision asked about."""

    code = "path-not-found"


class LineOutOfRange(UsageError):
    """A line past the end of the file, or a range that ends before it starts."""

    code = "line-out-of-range"


class BinaryFile(UsageError):
    """The file has no lines: it is binary, a submodule or a link."""

    code = "binary-file"


class NotARepository(UsageError):
    """The folder is not inside a git repository."""

    code = "not-a-repository"


class RevisionNotFound(UsageError):
    """The revision, range or date names nothing in this repository."""

    code = "revision-not-found"


class EmptyRepository(UsageError):
    """The repository has no commit yet."""

    code = "repository-empty"


class NoFrameFound(UsageError):
    """A stack trace in which no frame belongs to this repository."""

    code = "trace-no-frame"


class AlertInvalid(UsageError):
    """What an incident is to begin with cannot be read: it is empty, or too large to be a trace or an alert."""

    code = "alert-invalid"


class IncidentUnknown(UsageError):
    """No incident of that id is recorded here."""

    code = "incident-unknown"


class ConfigInvalid(UsageError):
    """A configuration file that cannot be read as what it claims to be."""

    code = "config-invalid"


class ExtraMissing(UsageError):
    """An optional dependency that the asked-for format needs is not installed."""

    code = "extra-missing"


class EvidenceUnreadable(AnswerableError):
    """A note or record given explicitly cannot be read at all."""

    code = "evidence-unreadable"


class ContentMissing(AnswerableError):
    """A file's content is not in this clone, so nothing can be said about its lines."""

    code = "content-missing"


class GitFailed(AnswerableError):
    """Git itself failed: missing, too old, refusing the repository, or the repository is damaged."""

    code = "git-failed"


class RepositoryUntrusted(AnswerableError):
    """Git refuses the repository because somebody else owns it (safe.directory)."""

    code = "repository-untrusted"


class DecisionTooLarge(AnswerableError):
    """A decision longer than 65,535 bytes, the most that an entry of the ledger holds."""

    code = "decision-too-large"


class CheckpointInvalid(AnswerableError):
    """A checkpoint, or a note, that is malformed, of another log, or not signed by a known key."""

    code = "checkpoint-invalid"


class ProofInvalid(AnswerableError):
    """A proof that does not show what it claims: it is malformed, or leads to another root."""

    code = "proof-invalid"


class DecisionInvalid(UsageError):
    """A decision that breaks the rules of its kind: a key unknown or missing, a value of another type or shape."""

    code = "decision-invalid"


class DecisionUnsupported(AnswerableError):
    """A signed statement of a type or version that this program does not know."""

    code = "decision-unsupported"


class DecisionConflict(AnswerableError):
    """The ledger already holds another decision of the same id."""

    code = "decision-conflict"


class EnvelopeInvalid(AnswerableError):
    """Bytes that are no envelope of a signed decision."""

    code = "envelope-invalid"


class SignatureInvalid(AnswerableError):
    """A signature that was not made by the key it names over the content it stands beside."""

    code = "signature-invalid"


class KeyUnusable(AnswerableError):
    """A key that cannot be read, unlocked or used: damaged, too weak, or open to others."""

    code = "key-unusable"


class KeyUntrusted(AnswerableError):
    """A sound key that the ledger does not trust for this kind of decision at this moment."""

    code = "key-untrusted"


class SecretFound(AnswerableError):
    """Content that holds a secret is not recorded."""

    code = "secret-found"


class LedgerMissing(AnswerableError):
    """There is no ledger where one was looked for."""

    code = "ledger-missing"


class LedgerDamaged(AnswerableError):
    """What the ledger holds is not what was written to it."""

    code = "ledger-damaged"


class LedgerUnwritable(AnswerableError):
    """The ledger cannot take a decision now: the disk is full, or it may only be read."""

    code = "ledger-unwritable"


class SettingsUnwritable(AnswerableError):
    """What is put into settings cannot be remembered, so nothing is put: the disk is full, or it may only be read."""

    code = "settings-unwritable"


class LedgerUnreachable(AnswerableError):
    """The ledger's database does not answer now, or is in use for too long; what was acknowledged is there."""

    code = "ledger-unreachable"


class LedgerUnsupported(AnswerableError):
    """The ledger is of a version that this program cannot use: a newer one, or one to be brought forward first."""

    code = "ledger-unsupported"


class WitnessRefused(AnswerableError):
    """A witness did not confirm the head of the ledger."""

    code = "witness-refused"


class ContentErased(AnswerableError):
    """The content was erased on purpose; only the commitment to it remains."""

    code = "content-erased"


class PolicyInvalid(UsageError):
    """A policy that cannot be read as what it claims to be; the gate, which then cannot judge, ends with 3."""

    code = "policy-invalid"


class OwnersInvalid(UsageError):
    """An owners file that cannot be read as what it claims to be."""

    code = "owners-invalid"


class MandateInvalid(AnswerableError):
    """A mandate that cannot be read as what it claims to be: whether one is in force is then not known."""

    code = "mandate-invalid"


class MandateMissing(UsageError):
    """There is no mandate where one is asked for."""

    code = "mandate-missing"


class AnswersInvalid(UsageError):
    """A reviewer's answers cannot be taken: one of them says nothing, or is about other lines; none was recorded."""

    code = "answers-invalid"


class ContextInvalid(AnswerableError):
    """The context of a change cannot be read, or it is that of another change."""

    code = "context-invalid"


class PolicyUnevaluable(AnswerableError):
    """A policy could not be applied: something that it must know is not here, or an expression of it failed."""

    code = "policy-unevaluable"


class SarifInvalid(UsageError):
    """A report of findings (SARIF) that cannot be read, or is of other code; the gate then ends with 3."""

    code = "sarif-invalid"


class AnalyserFailed(AnswerableError):
    """A program that looks for faults in code did not do so to its end."""

    code = "analyser-failed"


class PayloadInvalid(UsageError):
    """What an agent gave to its hook cannot be read as the payload of a tool use."""

    code = "payload-invalid"


class AgentUnknown(UsageError):
    """No coding agent of that name is known here."""

    code = "agent-unknown"


class PersonNeeded(AnswerableError):
    """Only a person signs this: what asks for it is a tool or a service, or runs inside a coding agent."""

    code = "person-needed"


class QuestionInvalid(UsageError):
    """A question to the audit that is not of its language, or that would rank people."""

    code = "question-invalid"


class FrameworkInvalid(UsageError):
    """A control framework that is not there or cannot be read as one."""

    code = "framework-invalid"


class PackUnreadable(AnswerableError):
    """A file that is no evidence pack, or that cannot be read."""

    code = "pack-unreadable"
