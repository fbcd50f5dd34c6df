"""A path is in the most severe layer that takes it, and the reason is told in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.policy.layers.kinds import Touch
from answerable.policy.layers.place import Layers
from answerable.policy.layers.touches import touched
from policy.reading import policy

OWN = """\
version: 1
layers:
  - name: critical
    paths: ["src/auth/**", "/payments/"]
    kinds: [migration]
    touches: [process]
    unless: {paths: ["src/auth/ui/"], kinds: [test]}
  - {name: sensitive, paths: ["src/**"], touches: [sql]}
  - name: standard
  - {name: peripheral, paths: ["docs/**"], kinds: [test]}
"""


def place(path: str | bytes, content: bytes | None = None, text: str = OWN) -> tuple[str, str]:
    placed = Layers(policy(text)).place(path.encode() if isinstance(path, str) else path, content)
    return placed.layer.name, placed.because


def default(path: str, content: bytes | None = None) -> str:
    return place(path, content, "version: 1\n")[0]


@pytest.mark.parametrize(
    ("path", "layer", "because"),
    [
        ("src/auth/login.py", "critical", "the path matches src/auth/**"),
        ("payments/a/b.go", "critical", "the path matches /payments/"),
        ("web/payments/b.go", "standard", "no other layer takes it"),
        ("db/migrate/1.rb", "critical", "a file of the kind migration, which changes stored data or its structure"),
        ("src/a.py", "sensitive", "the path matches src/**"),
        ("src/auth/ui/button.ts", "sensitive", "the path matches src/**"),
        ("src/auth/login_test.go", "sensitive", "the path matches src/**"),
        ("docs/a.md", "peripheral", "the path matches docs/**"),
        ("lib/a_test.go", "peripheral", "a file of the kind test, which is a test"),
        ("lib/a.go", "standard", "no other layer takes it"),
    ],
)
def test_the_most_severe_layer_that_takes_a_path_has_it(path: str, layer: str, because: str) -> None:
    found = place(path)
    assert found[0] == layer
    assert found[1].startswith(because)


def test_what_the_content_touches_places_a_file_and_names_the_line() -> None:
    assert place("lib/a.py", b"import os\n\nimport subprocess\n") == (
        "critical",
        "line 3 imports subprocess, which touches process",
    )
    assert place("lib/a.go", b'db.Query("SELECT a FROM b")\n')[0] == "sensitive"
    assert place("lib/a.py", b"x = 1\n")[0] == "standard"
    assert place("docs/a.md", b"call subprocess\n")[0] == "peripheral"


def test_without_its_content_a_file_is_never_more_severe() -> None:
    layers = Layers(policy(OWN))
    for path in (b"lib/a.py", b"src/a.py", b"docs/a.py", b"tests/a.py"):
        content = b"import subprocess\ncursor.execute('x')\n"
        assert layers.place(path, content).layer.rank <= layers.place(path).layer.rank


def test_of_two_places_the_more_severe_counts() -> None:
    layers = Layers(policy(OWN))
    low, high = layers.place(b"docs/a"), layers.place(b"payments/a")
    assert layers.most_severe(low, high) is high
    assert [layer.name for layer in layers.all] == ["critical", "sensitive", "standard", "peripheral"]


def test_a_layer_may_stand_below_the_one_that_takes_the_rest() -> None:
    assert place("README", text="version: 1\nlayers: [{name: a}, {name: b, paths: [README]}]\n")[0] == "b"


@pytest.mark.parametrize(
    ("path", "layer"),
    [
        ("app/auth/views.py", "critical"),
        ("lib/password_reset.rb", "critical"),
        ("internal/crypto/aes.go", "critical"),
        ("services/payments/charge.ts", "critical"),
        ("web/session.js", "critical"),
        ("core/permissions/check.py", "critical"),
        ("config/secrets/prod.yaml", "critical"),
        (".env.production", "critical"),
        ("db/migrate/20240101_add.rb", "critical"),
        (".github/workflows/release.yml", "critical"),
        (".gitlab-ci.yml", "critical"),
        ("firmware/boot/main.c", "critical"),
        (".answerable/policy.yaml", "critical"),
        (".github/actions/test/action.yml", "critical"),
        ("infra/main.tf", "sensitive"),
        ("deploy/k8s/web.yaml", "sensitive"),
        ("Dockerfile", "sensitive"),
        ("package.json", "sensitive"),
        ("uv.lock", "sensitive"),
        ("routers/edge.cfg", "sensitive"),
        ("AGENTS.md", "sensitive"),
        ("src/shop/cart.py", "standard"),
        ("author/names.py", "standard"),
        ("lib/tokenizer.py", "standard"),
        ("tests/auth/test_login.py", "peripheral"),
        ("docs/auth/overview.md", "peripheral"),
        ("examples/payments/main.go", "peripheral"),
        ("README.md", "peripheral"),
    ],
)
def test_a_repository_never_seen_has_useful_layers(path: str, layer: str) -> None:
    assert default(path) == layer


def test_by_default_code_that_starts_programs_is_sensitive_and_its_tests_are_not() -> None:
    assert default("lib/run.py", b"import subprocess\n") == "sensitive"
    assert default("tests/test_run.py", b"import subprocess\n") == "peripheral"


TOUCHES = {
    Touch.AUTH: [
        "a.py:import jwt\njwt.decode(x)",
        "a.rb:before_action :authenticate_user!",
        'A.java:@PreAuthorize("x")',
        "a.js:passport.authenticate('x')",
    ],
    Touch.CRYPTO: [
        "a.py:import hashlib",
        'a.go:import "crypto/aes"',
        "a.ts:createHash('sha1')",
        "A.java:MessageDigest.getInstance",
        "a.c:EVP_EncryptInit(x)",
        "A.cs:using System.Security.Cryptography;",
        "a.py:requests.get(u, verify=False)",
        "a.rs:use ring::aead;",
    ],
    Touch.SQL: [
        "a.py:cur.execute(q)",
        "a.go:db.QueryRow(q)",
        "A.java:prepareStatement(q)",
        "a.sql:SELECT a FROM b",
        "a.rb:find_by_sql(q)",
        "a.cs:new SqlCommand(q)",
        "a.rs:sqlx::query(q)",
        "a.c:sqlite3_exec(db)",
        "a.sql:drop_x; DROP TABLE users;",
    ],
    Touch.PROCESS: [
        "a.py:os.system(x)",
        "a.js:require('child_process')",
        "a.go:exec.Command(x)",
        "A.java:new ProcessBuilder(x)",
        "a.rs:Command::new(x)",
        "a.c:system(x);",
        "A.cs:Process.Start(x)",
        "a.rb:Open3.capture2(x)",
        "run:#!/bin/sh\neval(x)",
    ],
    Touch.NETWORK: [
        "a.py:requests.get(u)",
        "a.js:fetch(u)",
        'a.go:import "net/http"',
        "A.java:import java.net.URL;",
        "a.rs:use reqwest;",
        "a.c:curl_easy_init()",
        "A.cs:new HttpClient()",
        "a.rb:Net::HTTP.get(u)",
    ],
    Touch.DESERIALIZATION: [
        "a.py:pickle.loads(x)",
        "a.py:yaml.load(x)",
        "A.java:new ObjectInputStream(x)",
        "A.cs:new BinaryFormatter()",
        "a.rb:Marshal.load(x)",
        "a.php:unserialize($x)",
        "a.go:gob.NewDecoder(x)",
    ],
}


@pytest.mark.parametrize(("touch", "example"), [(t, e) for t, examples in TOUCHES.items() for e in examples])
def test_what_code_touches_is_seen_in_each_language(touch: Touch, example: str) -> None:
    path, _, content = example.partition(":")
    assert [found.touch for found in touched(path.encode(), content.encode(), (touch,))] == [touch]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("a.py", "ecosystem = 1\nselect = from_(x)\nauthor = 2\nprefetch(x)\nupdate = dict.update(a)\n"),
        ("a.md", "import subprocess"),
        ("a.py", ""),
    ],
)
def test_what_only_looks_like_it_is_not_taken_for_it(path: str, content: str) -> None:
    assert list(touched(path.encode(), content.encode(), tuple(Touch))) == []


def test_a_file_that_is_too_large_to_be_looked_through_counts_as_if_it_touched_all() -> None:
    found = place("lib/a.py", b"x\n" * (3 << 20))
    assert found[0] == "critical"
    assert "too large to be looked through" in found[1]


def test_a_nul_does_not_hide_what_code_touches() -> None:
    assert place("lib/a.js", b"// \0\nrequire('child_process')\n")[0] == "critical"


@given(st.binary(max_size=80), st.binary(max_size=200))
def test_any_path_and_any_content_has_one_layer_and_a_reason(path: bytes, content: bytes) -> None:
    name, because = place(path, content)
    assert name in {"critical", "sensitive", "standard", "peripheral"}
    assert because
