"""What a hook does while an agent waits: find the repository, keep what files hold now, write one event.

Only a handful of built-in modules are imported here, for a hook runs at every edit: no `json` (8 ms), no `re`, no
`typing`, no `dataclasses`. Everything that can wait is done by the drain.
"""
