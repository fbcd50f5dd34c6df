"""What other systems report of deployments, read strictly: their own examples, and everything that is not one."""

from __future__ import annotations

import json
from base64 import b64encode
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.domain.deployment import State
from answerable.errors import DecisionInvalid
from answerable.incident.reported.model import Passed, Report
from answerable.incident.reported.reading import MOST_BYTES, MOST_EVENTS, read

SHA = "f95f852bd8fca8fcc58a9a2d6c842781e32a215e"
DIGEST = "0b31b1c02ff458ad9b7b81cbdf8f028bd54699fa151f221d1e8de6817db93427"
PURL = f"pkg:oci/myapp@sha256%3A{DIGEST}"


def one(document: object) -> Report:
    (found,) = read(json.dumps(document).encode())
    assert isinstance(found, Report)
    return found


def passed(document: object) -> str:
    (found,) = read(json.dumps(document).encode())
    assert isinstance(found, Passed)
    return found.why


def refused(document: object) -> str:
    with pytest.raises(DecisionInvalid) as caught:
        read(json.dumps(document).encode())
    assert caught.value.hint
    return caught.value.message


def cdevent(predicate: str = "service.deployed", artifact: object = PURL, version: str = "0.2.0") -> dict[str, Any]:
    """The event as the conformance examples of cdevents/spec have it."""
    content: dict[str, Any] = {"environment": {"id": "test123"}}
    if artifact is not None:
        content["artifactId"] = artifact
    return {
        "context": {
            "version": "0.4.0",
            "id": "271069a8-fc18-44f1-b38f-9d70a1695819",
            "source": "/event/source/123",
            "type": f"dev.cdevents.{predicate}.{version}",
            "timestamp": "2023-03-20T14:27:05.315384Z",
        },
        "subject": {"id": "mySubject123", "source": "/event/source/123", "type": "service", "content": content},
    }


def github(state: str = "success", **more: Any) -> dict[str, Any]:
    """The event as the payload examples of octokit/webhooks have it, what is not read left out."""
    status = {"id": 209916254, "state": state, "environment": "production", "created_at": "2019-05-15T15:20:55Z"}
    deployment = {"id": 145988746, "sha": SHA, "ref": "master", "task": "deploy", "environment": "production"}
    repository = {"full_name": "Codertocat/Hello-World"}
    found = {"action": "created", "deployment_status": status, "deployment": deployment, "repository": repository}
    return found | more


def slsa(dependencies: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """Provenance as slsa.dev/provenance/v1 has it."""
    rows = dependencies or [{"uri": "git+https://github.com/octocat/hello-world", "digest": {"gitCommit": SHA}}]
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "shop", "digest": {"sha256": DIGEST}}],
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "buildType": "https://actions.github.io/buildtypes/workflow/v1",
                "externalParameters": {},
                "resolvedDependencies": rows,
            },
            "runDetails": {"builder": {"id": "https://github.com/actions/runner"}},
        },
    }


def manifest(revision: object = SHA) -> dict[str, Any]:
    return {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": f"sha256:{DIGEST}", "size": 1},
        "layers": [],
        "annotations": {"org.opencontainers.image.revision": revision},
    }


@pytest.mark.parametrize("predicate", ["service.deployed", "service.upgraded", "service.rolledback"])
@pytest.mark.parametrize("version", ["0.1.0", "0.2.0", "0.3.0-draft"])
def test_a_service_runs_the_artifact_that_its_event_names(predicate: str, version: str) -> None:
    found = one(cdevent(predicate, version=version))
    assert (found.environment, found.service, found.state) == ("test123", "mySubject123", State.ACTIVE)
    assert (found.revisions, found.artifacts) == ((), (("myapp", DIGEST),))
    assert found.at == "2023-03-20T14:27:05Z"


def test_a_service_that_is_removed_takes_out_whatever_runs() -> None:
    found = one(cdevent("service.removed", artifact=None))
    assert (found.state, found.empties, found.service, found.artifacts) == (State.REMOVED, True, "mySubject123", ())


def test_an_environment_that_is_deleted_takes_out_all_of_it() -> None:
    event = cdevent("environment.deleted", artifact=None)
    event["subject"] = {"id": "test123", "type": "environment", "content": {}}
    found = one(event)
    assert (found.environment, found.service, found.empties) == ("test123", None, True)


def test_a_cloud_event_holds_the_same() -> None:
    inner = cdevent()
    outer = {"specversion": "1.0", "type": inner["context"]["type"], "id": "x", "source": "y", "data": inner}
    assert one(outer) == one(inner)


def test_the_same_event_has_the_same_name_and_another_another() -> None:
    again, other = cdevent(), cdevent()
    other["context"]["id"] = "other"
    assert one(cdevent()).name == one(again).name != one(other).name


@pytest.mark.parametrize(
    ("artifact", "revisions", "digest"),
    [
        ("pkg:golang/mygit.com/myorg/myapp@234fd47e07d1004f0aed9c", ("234fd47e07d1004f0aed9c",), None),
        (f"pkg:github/octocat/shop@{SHA}", (SHA,), None),
        ("pkg:github/octocat/shop@v1.2.3", ("v1.2.3",), None),
        (DIGEST, (), DIGEST),
        (f"sha256:{DIGEST}", (), DIGEST),
        (f"pkg:oci/shop@sha256:{DIGEST}?repository_url=ghcr.io", (), DIGEST),
    ],
)
def test_a_package_url_names_a_digest_or_a_revision(artifact: str, revisions: object, digest: str | None) -> None:
    found = one(cdevent(artifact=artifact))
    assert (found.revisions, [each for _, each in found.artifacts]) == (revisions, [digest] if digest else [])


@pytest.mark.parametrize("artifact", [None, 5, "", "six-1.14.0-py2.py3-none-any.whl", "pkg:oci/shop", [PURL]])
def test_an_event_that_names_nothing_is_refused(artifact: object) -> None:
    assert "artifactId" in refused(cdevent(artifact=artifact))


@pytest.mark.parametrize("predicate", ["service.published", "environment.created", "build.finished"])
def test_other_events_change_nothing(predicate: str) -> None:
    assert "changes nothing" in passed(cdevent(predicate))


def test_a_deployment_that_succeeded_runs() -> None:
    found = one(github())
    assert (found.revisions, found.environment, found.state) == ((SHA,), "production", State.ACTIVE)
    assert (found.at, found.deployment) == ("2019-05-15T15:20:55Z", "github:Codertocat/Hello-World#145988746")
    assert one(github("inactive")).state is State.SUPERSEDED


@pytest.mark.parametrize("state", ["pending", "queued", "in_progress", "error", "failure", "waiting"])
def test_a_deployment_that_did_not_succeed_says_nothing_of_what_runs(state: str) -> None:
    assert state in passed(github(state))


def test_a_deployment_that_was_asked_for_says_nothing_yet() -> None:
    event = github()
    del event["deployment_status"]
    assert "deployment_status" in passed(event)


@pytest.mark.parametrize(
    "broken",
    [
        {"deployment": {"id": 1, "sha": "main", "environment": "x"}},
        {"deployment": {"id": True, "sha": SHA, "environment": "x"}},
        {"deployment_status": {"id": 1, "state": "running"}},
        {"deployment_status": {"id": 1, "state": "success", "environment": "a\nb"}},
        {"deployment_status": {"id": 1, "state": "success", "created_at": "yesterday"}},
    ],
)
def test_a_broken_event_of_github_is_refused(broken: dict[str, Any]) -> None:
    assert refused(github() | broken)


def test_provenance_ties_an_artifact_to_a_commit() -> None:
    found = one(slsa())
    assert (found.revisions, found.artifacts, found.state) == ((SHA,), (("shop", DIGEST),), None)


def test_provenance_is_found_in_an_envelope_and_in_a_bundle() -> None:
    payload = b64encode(json.dumps(slsa()).encode()).decode()
    envelope = {"payloadType": "application/vnd.in-toto+json", "payload": payload, "signatures": []}
    bundle = {"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json", "dsseEnvelope": envelope}
    assert one(envelope) == one(bundle) == one(slsa())


def test_older_provenance_names_its_materials() -> None:
    old = slsa() | {
        "predicateType": "https://slsa.dev/provenance/v0.2",
        "predicate": {"materials": [{"uri": "git+https://x", "digest": {"sha1": SHA}}]},
    }
    assert one(old).revisions == (SHA,)


def test_provenance_of_several_sources_names_all_of_them() -> None:
    found = one(
        slsa([{"digest": {"gitCommit": SHA}}, {"digest": {"gitCommit": "ab" * 20}}, {"digest": {"sha256": DIGEST}}])
    )
    assert found.revisions == (SHA, "ab" * 20)


@pytest.mark.parametrize(
    "broken",
    [
        {"predicateType": "https://slsa.dev/verification_summary/v1"},
        {"predicateType": None},
        {"subject": []},
        {"subject": [{"digest": {"sha512": "ab" * 64}}]},
        {"predicate": {}},
        {"predicate": {"buildDefinition": {"resolvedDependencies": [{"digest": {"gitCommit": "main"}}]}}},
        {"subject": [{"digest": {"sha256": DIGEST}}] * 200},
    ],
)
def test_broken_provenance_is_refused(broken: dict[str, Any]) -> None:
    assert refused(slsa() | broken)


@pytest.mark.parametrize("payload", ["!", "", b64encode(b"[]").decode(), b64encode(b"\xff").decode(), 5])
def test_an_envelope_that_holds_nothing_is_refused(payload: object) -> None:
    assert refused({"payloadType": "application/vnd.in-toto+json", "payload": payload})


def test_a_manifest_is_the_artifact_and_names_its_revision() -> None:
    data = json.dumps(manifest(), indent=1).encode()
    (found,) = read(data)
    assert isinstance(found, Report)
    assert (found.revisions, found.artifacts) == ((SHA,), ((None, sha256(data).hexdigest()),))
    assert "annotation" in refused(manifest(revision=None))


def test_an_image_as_docker_shows_it() -> None:
    image = {
        "Id": "sha256:" + "1" * 64,
        "RepoDigests": [f"registry.example/shop@sha256:{DIGEST}"],
        "Config": {"Labels": {"org.opencontainers.image.revision": SHA}},
    }
    found = one([image])
    assert (found.revisions, found.artifacts) == ((SHA,), (("registry.example/shop", DIGEST),))
    assert refused([image | {"RepoDigests": []}])
    assert refused([image | {"Config": {"Labels": None}}])


def test_many_events_are_read_in_order_from_an_array_or_from_lines() -> None:
    both = [cdevent(), github()]
    lines = "".join(json.dumps(each) + "\n" for each in both).encode()
    assert read(lines) == read(json.dumps(both).encode())
    assert "event 2" in refused([cdevent(), github("running")])


@pytest.mark.parametrize(
    "data", [b"", b"{", b"\xff\xfe", b"[]", b"[[]]", b"5", b"null", b"{}", b"[" * 100_000, b'{"a":1}\n{"b":\n']
)
def test_what_is_none_is_refused(data: bytes) -> None:
    with pytest.raises(DecisionInvalid):
        read(data)


def test_too_much_is_refused() -> None:
    with pytest.raises(DecisionInvalid, match="bytes"):
        read(b" " * (MOST_BYTES + 1))
    with pytest.raises(DecisionInvalid, match="events"):
        read(json.dumps([{}] * (MOST_EVENTS + 1)).encode())


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from([SHA, DIGEST, PURL]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from([cdevent(), cdevent("service.removed"), github(), slsa(), manifest()]), st.data())
def test_whatever_stands_in_an_event_it_is_read_or_refused(document: dict[str, Any], data: st.DataObject) -> None:
    found = json.loads(json.dumps(document))
    at = found
    while isinstance(at, dict) and at and data.draw(st.booleans()):
        key = data.draw(st.sampled_from(sorted(at)))
        if not isinstance(at[key], dict) or data.draw(st.booleans()):
            at[key] = data.draw(json_values)
            break
        at = at[key]
    try:
        for each in read(json.dumps(found).encode()):
            assert isinstance(each, Report | Passed)
    except DecisionInvalid as error:
        assert error.hint  # noqa: PT017
