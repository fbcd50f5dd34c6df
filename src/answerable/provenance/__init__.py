"""Readers of evidence, one module a source, and `combine`, the one place that turns their claims into
origins.

Guarantees: no reader decides, none raises on what a repository holds, and none does input or output: the git
package and the callers hand over bytes, strings and commits.

| module | reads | grade |
| --- | --- | --- |
| signatures | marks in commit messages, from the table signatures.toml | declared |
| identities | tools' own author and committer accounts | inferred |
| branches | the branch a merge brought in | inferred |
| git_ai | git-ai authorship notes, line by line | recorded and below |
| agent_trace | Agent Trace records, line by line | recorded and below |
| entire | Entire's trailers and checkpoints | declared |

A new tool is one row of signatures.toml with its examples. A new source is one new file that returns a
`Reading` and one line in `registry.COMMIT_READERS` (or, from another package, one entry point of the group
``answerable.provenance`` naming a function ``read(commit) -> Reading``). It states what it proves at the
grade its kind of evidence has in `domain.grade`, names what is wrong with it as defects, and leaves every
conclusion to `combine`.
"""
