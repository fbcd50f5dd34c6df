"""The refs under which tools keep evidence."""

NOTE_REFS = ("refs/notes/ai", "refs/notes/ai-remote/")
COMMIT_REFS = "refs/ai/authorship/"  # git-ai before it used notes: one ref a commit
TRACE_NOTES = "refs/notes/agent-trace"
CHECKPOINT_REFS = (
    "refs/heads/entire/checkpoints/",
    "refs/remotes/*/entire/checkpoints/",
    "refs/entire/checkpoints/",
)
DECISION_NOTES = "refs/notes/answerable"  # signed decisions, one a line
EVIDENCE_REFS = (*NOTE_REFS, DECISION_NOTES, COMMIT_REFS, TRACE_NOTES, *CHECKPOINT_REFS)
