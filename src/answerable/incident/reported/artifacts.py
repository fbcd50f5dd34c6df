"""What an artifact was made of: SLSA provenance, OCI manifests with a revision, and what docker says of an image.

Formats: https://slsa.dev/provenance/v1 (and v0.2) in an in-toto statement, bare, in a DSSE envelope or in a Sigstore
bundle; the OCI image manifest and index with the annotation org.opencontainers.image.revision, the artifact being the
digest of the file; `docker image inspect` with the label of that name. Whose signature an envelope bears is not looked
at: what is recorded is that the signer of the decision says so.
"""

from __future__ import annotations

import binascii
import json
from base64 import b64decode
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from answerable.errors import DecisionInvalid
from answerable.incident.reported.model import Report, event_name, hexes, member, word

_REVISION = "org.opencontainers.image.revision"
_MANIFESTS = ("application/vnd.oci.image.", "application/vnd.docker.distribution.manifest.")
_MOST = 128  # subjects of one decision, the revision among them


def is_provenance(found: Mapping[str, Any]) -> bool:
    """True for provenance, and for what may hold it."""
    return any(name in found for name in ("predicateType", "payloadType", "dsseEnvelope"))


def is_manifest(found: Mapping[str, Any]) -> bool:
    """True for a manifest or an index of an image."""
    kind = found.get("mediaType")
    known = isinstance(kind, str) and kind.startswith(_MANIFESTS)
    return known or (found.get("schemaVersion") == 2 and ("layers" in found or "manifests" in found))


def is_inspected(found: Mapping[str, Any]) -> bool:
    """True for an image as docker shows it."""
    return "RepoDigests" in found and isinstance(found.get("Config"), Mapping)


def provenance(found: Mapping[str, Any]) -> Report:
    """What provenance says.

    Raises:
        DecisionInvalid: it is not as its format has it, or names no commit.
    """
    statement = _statement(found)
    kind, predicate = statement.get("predicateType"), statement.get("predicate")
    if not isinstance(kind, str) or not isinstance(predicate, Mapping):
        raise DecisionInvalid("it is no in-toto statement", hint="give SLSA provenance as the builder wrote it")
    if not kind.startswith("https://slsa.dev/provenance/v"):
        raise DecisionInvalid(f"{kind[:100]!r} is no SLSA provenance", hint="give https://slsa.dev/provenance/v1")
    v1 = member(predicate, "buildDefinition", "resolvedDependencies")
    rows = v1 if isinstance(v1, list) else predicate.get("materials")
    digests = [member(row, "digest") for row in rows] if isinstance(rows, list) else []
    commits = [value for digest in digests for key in ("gitCommit", "sha1") if (value := member(digest, key))]
    artifacts = tuple(_subjects(statement))
    if not artifacts:
        raise DecisionInvalid("its subject has no SHA-256", hint="provenance names what was built by sha256")
    revisions = tuple(dict.fromkeys(sha for length in (40, 64) for sha in hexes(commits, length)))
    if not revisions:
        raise DecisionInvalid("it names no commit", hint="resolvedDependencies has the source with a gitCommit")
    name = event_name("slsa", *revisions, *(digest for _, digest in artifacts))
    return Report(source="SLSA provenance", name=name, revisions=revisions, artifacts=artifacts)


def manifest(found: Mapping[str, Any], data: bytes) -> Report:
    """What a manifest says; the artifact is the digest of its bytes.

    Raises:
        DecisionInvalid: it names no revision.
    """
    revision = word(member(found, "annotations", _REVISION), f"annotations.{_REVISION}")
    if revision is None:
        raise DecisionInvalid(f"the manifest has no annotation {_REVISION}", hint="name the revision beside it, too")
    digest = sha256(data).hexdigest()
    name = event_name("oci", digest, revision)
    return Report(source="OCI manifest", name=name, revisions=(revision,), artifacts=((None, digest),))


def inspected(found: Mapping[str, Any]) -> Report:
    """What docker says of an image.

    Raises:
        DecisionInvalid: it has no digest in a registry, or no label with a revision.
    """
    revision = word(member(found, "Config", "Labels", _REVISION), f"Config.Labels.{_REVISION}")
    places = found["RepoDigests"]
    texts = [text for text in places if isinstance(text, str)] if isinstance(places, list) else []
    pairs = [(word(name, "RepoDigests"), digest) for name, _, digest in (text.partition("@sha256:") for text in texts)]
    artifacts = tuple((name, digest) for name, digest in pairs if any(hexes([digest], 64)))
    if revision is None or not artifacts:
        hint = "push the image, and build it with the label org.opencontainers.image.revision"
        raise DecisionInvalid("the image has no digest of a registry, or no label with a revision", hint=hint)
    name = event_name("docker", revision, *(digest for _, digest in artifacts))
    return Report(source="docker image inspect", name=name, revisions=(revision,), artifacts=artifacts[: _MOST - 1])


def _statement(found: Mapping[str, Any]) -> Mapping[str, Any]:
    """The statement inside of an envelope or a bundle."""
    envelope = found.get("dsseEnvelope", found)
    payload = member(envelope, "payload")
    if "predicateType" in found or payload is None:
        return found
    try:
        inner = json.loads(b64decode(payload, validate=True))
    except (binascii.Error, ValueError, TypeError, RecursionError):
        inner = None
    if not isinstance(inner, dict):
        raise DecisionInvalid("the payload of the envelope is no JSON object", hint="give it as the builder wrote it")
    return inner


def _subjects(statement: Mapping[str, Any]) -> Iterator[tuple[str | None, str]]:
    rows = statement.get("subject")
    if isinstance(rows, list) and len(rows) >= _MOST:
        raise DecisionInvalid(f"it has {len(rows):,} subjects, {_MOST - 1} are allowed", hint="record them in parts")
    for row in rows if isinstance(rows, list) else ():
        for digest in hexes([member(row, "digest", "sha256")], 64):
            yield word(member(row, "name"), "subject[].name"), digest
