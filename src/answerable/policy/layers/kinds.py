"""What kind of file a path names, by its name alone: the same answer for every repository and with no content read.

A file can be of several kinds, or of none. A kind says what a file does when it is merged (a migration changes data, a
workflow runs with secrets), not in which language it is written. Names are compared without regard to case.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache

from answerable.ownership.patterns import Index, github


class Kind(StrEnum):
    """Kinds that a layer of a policy can name."""

    MIGRATION = "migration"
    SCHEMA = "schema"
    CI = "ci"
    IAC = "iac"
    CONTAINER = "container"
    DEPENDENCIES = "dependencies"
    BUILD = "build"
    SECRETS = "secrets-config"
    FIRMWARE = "firmware"
    DEVICE_CONFIG = "device-config"
    GOVERNANCE = "governance"
    AGENT_CONFIG = "agent-config"
    TEST = "test"
    DOCS = "docs"
    EXAMPLE = "example"
    GENERATED = "generated"
    VENDORED = "vendored"


class Touch(StrEnum):
    """What code can touch that a layer of a policy can name."""

    AUTH = "auth"
    CRYPTO = "crypto"
    SQL = "sql"
    PROCESS = "process"
    NETWORK = "network"
    DESERIALIZATION = "deserialization"


MEANING: dict[Kind, str] = {
    Kind.MIGRATION: "changes stored data or its structure, and often cannot be undone",
    Kind.SCHEMA: "is the contract by which programs or stores read each other",
    Kind.CI: "runs with the secrets and rights of the pipeline",
    Kind.IAC: "creates, changes or removes infrastructure",
    Kind.CONTAINER: "decides what runs in production, and as whom",
    Kind.DEPENDENCIES: "brings in code of others",
    Kind.BUILD: "decides what is built, and runs while it is",
    Kind.SECRETS: "holds, or looks as if it held, keys or credentials",
    Kind.FIRMWARE: "runs on a device, where a fault is hard to take back",
    Kind.DEVICE_CONFIG: "configures devices or a network, where a fault cuts people off",
    Kind.GOVERNANCE: "decides who must review and what is allowed",
    Kind.AGENT_CONFIG: "tells coding agents what they may do",
    Kind.TEST: "is a test",
    Kind.DOCS: "is documentation",
    Kind.EXAMPLE: "is an example",
    Kind.GENERATED: "is made by a program",
    Kind.VENDORED: "is a copy of the code of others",
}

# A folder of this name holds code as often, such as the routes of a web server: only files of settings count.
_OF_DEVICES = [
    f"**/{folder}/**/*.{ending}"
    for folder in ("devices", "router", "routers", "switches", "firewalls")
    for ending in ("cfg", "conf", "txt", "xml", "yaml", "yml", "json", "j2", "toml")
]

_PATTERNS: dict[Kind, str] = {
    Kind.MIGRATION: """
        migrations/ migration/ migrate/ alembic/versions/ **/alembic/versions/ db/migrate/ **/db/migrate/ flyway/
        liquibase/ changelog.xml db.changelog*.* V*__*.sql *.migration.ts *.up.sql *.down.sql
    """,
    Kind.SCHEMA: """
        schema.sql schema.rb structure.sql schema.prisma *.proto *.avsc *.thrift *.graphql *.graphqls *.xsd
        openapi.yaml openapi.yml openapi.json swagger.yaml swagger.yml swagger.json *.schema.json *.cue *.fbs *.capnp
    """,
    Kind.CI: """
        /.github/workflows/ /.github/actions/ /.ci/ /.circleci/ /.buildkite/ /.gitlab/ci/ .gitlab-ci.yml
        .gitlab-ci.yaml *.gitlab-ci.yml Jenkinsfile Jenkinsfile.* *.jenkinsfile azure-pipelines.yml
        azure-pipelines.yaml azure-pipelines*.yml /.azure-pipelines/ bitbucket-pipelines.yml .travis.yml .drone.yml
        .woodpecker.yml /.woodpecker/ /.woodpecker.yaml appveyor.yml .appveyor.yml cloudbuild.yaml cloudbuild.yml
        buildspec.yml buildspec.yaml .cirrus.yml /.teamcity/ /.tekton/ action.yml action.yaml .pre-commit-config.yaml
        .pre-commit-hooks.yaml /.husky/ /.githooks/ lefthook.yml codefresh.yml /.forgejo/workflows/ /.gitea/workflows/
    """,
    Kind.IAC: """
        *.tf *.tfvars *.tf.json *.hcl *.bicep *.nomad terraform/ terragrunt.hcl pulumi/ Pulumi.yaml Pulumi.*.yaml
        cloudformation/ *.cfn.yaml *.cfn.yml *.cfn.json *.template.yaml *.template.json serverless.yml serverless.yaml
        cdk.json samconfig.toml ansible/ playbooks/ ansible.cfg inventory.ini k8s/ kubernetes/ helm/ kustomization.yaml
        kustomization.yml kustomize/ Chart.yaml **/charts/*/values*.yaml **/charts/*/templates/ helmfile.yaml manifests/
        argocd/ flux/ crossplane/ *.rego Vagrantfile packer/ *.pkr.hcl salt/ puppet/ *.pp nginx.conf haproxy.cfg
        envoy.yaml *.service *.timer
    """,
    Kind.CONTAINER: """
        Dockerfile Dockerfile.* *.dockerfile Containerfile Containerfile.* docker-compose.yml docker-compose.yaml
        docker-compose.*.yml docker-compose.*.yaml compose.yml compose.yaml compose.*.yaml .dockerignore
        docker-entrypoint.sh entrypoint.sh skaffold.yaml .devcontainer/ devcontainer.json buildpack.toml Procfile
    """,
    Kind.DEPENDENCIES: """
        package.json package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml pnpm-workspace.yaml bun.lock
        bun.lockb .npmrc .yarnrc .yarnrc.yml deno.json deno.jsonc deno.lock requirements*.txt requirements*.in
        requirements/*.txt requirements/*.in **/requirements/*.txt **/requirements/*.in constraints*.txt pyproject.toml
        setup.py setup.cfg Pipfile Pipfile.lock poetry.lock uv.lock pdm.lock environment.yml conda-lock.yml pip.conf
        go.mod go.sum go.work go.work.sum Cargo.toml Cargo.lock Gemfile Gemfile.lock gems.rb gems.locked *.gemspec
        pom.xml build.gradle build.gradle.kts settings.gradle settings.gradle.kts gradle.lockfile libs.versions.toml
        *.csproj *.fsproj *.vbproj packages.config packages.lock.json Directory.Packages.props nuget.config
        composer.json composer.lock mix.exs mix.lock rebar.config pubspec.yaml pubspec.lock Package.swift
        Package.resolved Podfile Podfile.lock Cartfile Cartfile.resolved vcpkg.json conanfile.txt conanfile.py
        flake.nix flake.lock .gitmodules MODULE.bazel MODULE.bazel.lock cabal.project *.cabal stack.yaml rockspec
        build.zig.zon Brewfile .tool-versions mise.toml .mise.toml MANIFEST.in bunfig.toml uv.toml .pip/ .cargo/
        dependabot.yml dependabot.yaml renovate.json renovate.json5 .renovaterc
    """,
    Kind.BUILD: """
        Makefile makefile GNUmakefile *.mk CMakeLists.txt *.cmake meson.build configure.ac WORKSPACE BUILD BUILD.bazel
        *.bzl .bazelrc build.rs build.xml Rakefile gulpfile.js webpack.config.js rollup.config.js vite.config.ts
        vite.config.js build.zig .gitattributes AndroidManifest.xml Info.plist
        *.entitlements *.wxs tox.ini noxfile.py Taskfile.yml justfile *.nix gradlew mvnw Earthfile
    """,
    Kind.SECRETS: """
        .env .env.* *.env secrets/ secret/ *.pem *.key *.p12 *.pfx *.jks *.keystore *.kdbx id_rsa id_ed25519 id_ecdsa
        secrets.yaml secrets.yml secrets.json credentials.json credentials.yml credentials.yml.enc *.sops.yaml
        *.sops.json .sops.yaml .vault-password .htpasswd .netrc .pgpass vault.hcl master.key service-account*.json
    """,
    Kind.FIRMWARE: """
        firmware/ bootloader/ bsp/ *.dts *.dtsi *.ld *.lds *.ino *.bin.hex platformio.ini sdkconfig sdkconfig.* *.ioc
        Kconfig *_defconfig west.yml *.svd *.overlay partitions.csv *.bb *.bbappend
    """,
    Kind.DEVICE_CONFIG: " ".join(_OF_DEVICES)
    + """
        device-config/ device_config/ network-config/ netconf/ *.junos *.ios.cfg
        running-config startup-config *.yang feature-flags.yaml feature_flags.yaml rollout.yaml fleet/ ota/ *.rules
        sysctl.conf iptables* nftables.conf frr.conf bgpd.conf
    """,
    Kind.GOVERNANCE: """
        /.answerable/ CODEOWNERS /.github/settings.yml /.github/branch-protection* .policy.yml /.policy/ OWNERS
        .mailmap .git-blame-ignore-revs .gitleaks.toml .gitleaksignore .trivyignore .semgrepignore .snyk
        OWNERS_ALIASES SECURITY.md /.gittuf/ branch-ruleset*.json
    """,
    Kind.AGENT_CONFIG: """
        CLAUDE.md AGENTS.md GEMINI.md .cursorrules /.claude/ /.cursor/ /.codex/ /.gemini/ /.windsurf/ /.aider* .mcp.json
        mcp.json copilot-instructions.md /.github/prompts/ /.github/instructions/ .clinerules
    """,
    Kind.TEST: """
        test/ tests/ __tests__/ spec/ specs/ testdata/ fixtures/ __mocks__/ test_*.py *_test.py conftest.py *_test.go
        *.test.ts *.test.tsx *.test.js *.test.jsx *.test.mjs *.spec.ts *.spec.tsx *.spec.js *.spec.jsx *Test.java
        *Tests.java *IT.java *Test.kt *Tests.cs *Test.cs *_spec.rb *_test.rb *_test.cc *_test.cpp *_unittest.cc
        **/src/test/ e2e/ cypress/ benches/ benchmark/ benchmarks/ *.snap
    """,
    Kind.DOCS: """
        docs/ doc/ documentation/ *.md *.rst *.adoc *.mdx *.txt README README.* LICENSE LICENSE.* COPYING NOTICE AUTHORS
        CHANGELOG CHANGELOG.* CONTRIBUTING CONTRIBUTING.* mkdocs.yml .readthedocs.yaml man/
    """,
    Kind.EXAMPLE: "example/ examples/ sample/ samples/ demo/ demos/ playground/ sandbox/ tutorial/ tutorials/",
    Kind.GENERATED: """
        *.pb.go *.pb.cc *.pb.h *_pb2.py *_pb2_grpc.py *_pb2.pyi *.g.dart *.freezed.dart *.generated.* *_generated.*
        *.designer.cs *.min.js *.min.css *.map generated/ __generated__/ gen/ dist/ zz_generated*.go
    """,
    Kind.VENDORED: "vendor/ vendored/ third_party/ third-party/ thirdparty/ node_modules/ external/ bower_components/",
}

# Read by programs by their names: `requirements.txt` is no documentation, nor is a workflow a test because a folder
# above it is called `test`.
_NO_DOCS = frozenset({Kind.DEPENDENCIES, Kind.BUILD})
_ALWAYS_ACTS = frozenset({Kind.CI, Kind.GOVERNANCE, Kind.AGENT_CONFIG})
_IDLE = frozenset({Kind.DOCS, Kind.TEST, Kind.EXAMPLE})


@lru_cache(maxsize=1)
def _index() -> tuple[Index, tuple[Kind, ...]]:
    rows = [(kind, pattern) for kind, words in _PATTERNS.items() for pattern in words.casefold().split()]
    return Index([github(pattern) for _, pattern in rows]), tuple(kind for kind, _ in rows)


@lru_cache(maxsize=65536)
def kinds_of(path: bytes) -> frozenset[Kind]:
    """The kinds of a path of the tree, as git names it; any bytes."""
    index, kinds = _index()
    found = frozenset(kinds[number] for number in index.matching(path.decode("utf-8", "surrogateescape").casefold()))
    if found & _ALWAYS_ACTS:
        return found - _IDLE
    return found - {Kind.DOCS} if found & _NO_DOCS else found
