"""Go: imports under their own, another or no name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from answerable.policy.layers.code.language import Binding, Language, Reading
from answerable.policy.layers.kinds import Touch

if TYPE_CHECKING:
    from tree_sitter import Node

_VERSION = re.compile(r"(?:/v\d+|\.v\d+)\Z")

_QUERY = """
(import_spec) @import
(short_var_declaration) @import
(var_spec value: (_)) @import
(assignment_statement) @import
(call_expression function: (_) @call)
(selector_expression field: (_) @member) @name
(qualified_type) @name
[(identifier) (type_identifier)] @id
[(interpreted_string_literal_content) (raw_string_literal_content)] @text
"""


def _bind(node: Node, reading: Reading) -> Iterable[Binding]:
    if node.type == "import_spec":
        return _imported(node, reading)
    fields = ("name", "value") if node.type == "var_spec" else ("left", "right")
    target, value = (node.child_by_field_name(field) for field in fields)
    return _assigned(target, value, reading)


def _imported(node: Node, reading: Reading) -> Iterator[Binding]:
    path = reading.literal(node.child_by_field_name("path")) or ""
    alias = node.child_by_field_name("name")
    kind = alias.type if alias is not None else ""
    if kind == "dot":
        yield Binding("*", path)
    elif kind == "blank_identifier":
        yield Binding(None, path)
    elif alias is not None:
        yield Binding(reading.text(alias), path)
    else:  # the package can be called otherwise than the path ends
        last = _VERSION.sub("", path).rpartition("/")[2]
        for local in {last, last.removeprefix("go-"), last.removesuffix("-go"), last.rpartition("-")[2]}:
            yield Binding(local, path)


def _assigned(targets: Node | None, values: Node | None, reading: Reading) -> Iterator[Binding]:
    if targets is None or values is None:
        return
    left = [targets] if targets.type == "identifier" else targets.named_children
    right = values.named_children if values.type == "expression_list" else [values]
    for target, value in zip(left, right, strict=False):
        if target.type == "identifier" and value.type in ("identifier", "selector_expression", "call_expression"):
            yield Binding(reading.text(target), reading.name(value), imported=False)


def _grammar() -> object:
    import tree_sitter_go

    return tree_sitter_go.language()


GO = Language(
    name="Go",
    grammar=_grammar,
    query=_QUERY,
    members={"selector_expression": ("operand", "field"), "qualified_type": ("package", "name")},
    through={
        "call_expression": "function",
        "parenthesized_expression": "",
        "type_assertion_expression": "operand",
        "composite_literal": "type",
        "unary_expression": "operand",
        "type_instantiation_expression": "type",
        "index_expression": "operand",
        "generic_type": "type",
    },
    names=frozenset({"identifier", "type_identifier", "package_identifier"}),
    contents=frozenset({"interpreted_string_literal_content", "raw_string_literal_content"}),
    literals=frozenset({"interpreted_string_literal", "raw_string_literal", "binary_expression"}),
    bind=_bind,
    touches={
        Touch.AUTH: """
            github.com/golang-jwt/jwt github.com/dgrijalva/jwt-go github.com/lestrrat-go/jwx golang.org/x/oauth2
            github.com/coreos/go-oidc golang.org/x/crypto/bcrypt golang.org/x/crypto/argon2 golang.org/x/crypto/scrypt
            github.com/go-ldap/ldap github.com/casbin/casbin github.com/gorilla/sessions github.com/markbates/goth
            gopkg.in/square/go-jose* github.com/go-jose/go-jose jwt oauth2 *.Authenticate() *.authenticate()
            *.CompareHashAndPassword *.jwt *.oauth2 *.jose *.bcrypt *.saml
        """,
        Touch.CRYPTO: """
            crypto golang.org/x/crypto filippo.io/age *.InsecureSkipVerify InsecureSkipVerify
            github.com/minio/sha256-simd github.com/cloudflare/circl hash/maphash
        """,
        Touch.SQL: """
            database/sql github.com/jmoiron/sqlx github.com/jackc/pgx github.com/lib/pq gorm.io/gorm
            github.com/mattn/go-sqlite3 github.com/go-sql-driver/mysql github.com/Masterminds/squirrel *.db.Query*
            *.db.Exec* *.DB.Query* *.DB.Exec* *.QueryRow* *.QueryContext *.ExecContext *.Execute_sql
        """,
        Touch.PROCESS: """
            os/exec *.exec.Command* syscall.Exec syscall.ForkExec os.StartProcess plugin.Open
            golang.org/x/sys/unix.Exec system() popen() eval() exec() github.com/creack/pty github.com/dop251/goja
            github.com/robertkrimen/otto github.com/yuin/gopher-lua
        """,
        Touch.NETWORK: """
            net google.golang.org/grpc github.com/gorilla/websocket golang.org/x/net golang.org/x/crypto/ssh
            github.com/valyala/fasthttp github.com/go-resty/resty socket nhooyr.io/websocket *.grpc *.fetch()
        """,
        Touch.DESERIALIZATION: "encoding/gob gob.NewDecoder *.gob.NewDecoder",
    },
)
