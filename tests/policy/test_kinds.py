"""What kind of file a path names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.policy.layers.kinds import MEANING, Kind, kinds_of

EXAMPLES = {
    Kind.MIGRATION: [
        "db/migrate/2024_add.rb",
        "shop/migrations/0001_initial.py",
        "sql/V2__users.sql",
        "a/alembic/versions/x.py",
    ],
    Kind.SCHEMA: ["api/user.proto", "prisma/schema.prisma", "openapi.yaml", "web/schema.graphql"],
    Kind.CI: [".github/workflows/ci.yml", ".gitlab-ci.yml", "Jenkinsfile", "action.yml", ".circleci/config.yml"],
    Kind.IAC: [
        "infra/main.tf",
        "deploy/k8s/web.yaml",
        "charts/web/templates/x.yaml",
        "a/Chart.yaml",
        "ansible/site.yml",
    ],
    Kind.CONTAINER: ["Dockerfile", "web/Dockerfile.prod", "docker-compose.yml", "Containerfile"],
    Kind.DEPENDENCIES: [
        "package.json",
        "a/package-lock.json",
        "requirements-dev.txt",
        "go.sum",
        "Cargo.lock",
        "pom.xml",
        ".gitmodules",
        "x/app.csproj",
    ],
    Kind.BUILD: ["Makefile", "CMakeLists.txt", "tools/BUILD.bazel", "build.rs"],
    Kind.SECRETS: [".env", ".env.production", "certs/server.pem", "secrets/x.yaml", "config/master.key"],
    Kind.FIRMWARE: ["firmware/main.c", "board.dts", "sketch.ino", "platformio.ini"],
    Kind.DEVICE_CONFIG: ["routers/edge1.cfg", "net/switches/a/b.yaml", "net/x.yang", "ota/plan.json", "fleet/eu.yaml"],
    Kind.GOVERNANCE: [
        ".mailmap",
        ".git-blame-ignore-revs",
        ".gitleaksignore",
        "CODEOWNERS",
        ".github/CODEOWNERS",
        ".answerable/policy.yaml",
    ],
    Kind.AGENT_CONFIG: ["CLAUDE.md", "pkg/AGENTS.md", ".claude/settings.json", ".mcp.json", ".cursorrules"],
    Kind.TEST: ["tests/a.py", "src/a_test.go", "web/a.spec.ts", "src/test/java/A.java", "AppTest.java"],
    Kind.DOCS: ["README.md", "docs/a.png", "LICENSE", "guide.rst"],
    Kind.EXAMPLE: ["examples/a.py", "demo/x.js"],
    Kind.GENERATED: ["api/user.pb.go", "api/user_pb2.py", "web/app.min.js"],
    Kind.VENDORED: ["vendor/x/y.go", "third_party/zlib/a.c", "node_modules/x/index.js"],
}


def test_every_kind_has_a_meaning_and_examples() -> None:
    assert set(MEANING) == set(Kind)
    assert set(EXAMPLES) == set(Kind)


@pytest.mark.parametrize(("kind", "path"), [(kind, path) for kind, paths in EXAMPLES.items() for path in paths])
def test_a_path_is_of_its_kind_in_any_case(kind: Kind, path: str) -> None:
    assert kind in kinds_of(path.encode())
    assert kind in kinds_of(path.upper().encode())


@pytest.mark.parametrize(
    "path", ["src/main.py", "lib/http.go", "app/models/user.rb", "src/environment.ts", "keys.py", "web/router/index.ts"]
)
def test_code_of_no_special_kind_has_none(path: str) -> None:
    assert kinds_of(path.encode()) == frozenset()


@pytest.mark.parametrize("path", ["requirements.txt", "CMakeLists.txt", "CLAUDE.md", "SECURITY.md"])
def test_what_only_ends_like_documentation_is_none(path: str) -> None:
    assert Kind.DOCS not in kinds_of(path.encode())
    assert kinds_of(path.encode())


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (".github/actions/test/action.yml", Kind.CI),
        (".github/workflows/docs/examples.md", Kind.CI),
        (".answerable/tests/policy.yaml", Kind.GOVERNANCE),
        ("docs/CLAUDE.md", Kind.AGENT_CONFIG),
    ],
)
def test_what_acts_wherever_it_lies_is_no_test_and_no_documentation_by_its_folder(path: str, kind: Kind) -> None:
    assert kinds_of(path.encode()) == {kind}


def test_a_file_can_be_of_two_kinds() -> None:
    assert kinds_of(b"tests/migrations/0001.py") == {Kind.MIGRATION, Kind.TEST}


@given(st.binary(max_size=60))
def test_any_bytes_have_kinds_or_none(path: bytes) -> None:
    assert kinds_of(path) <= set(Kind)
