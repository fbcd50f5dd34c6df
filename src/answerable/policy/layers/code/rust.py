"""Rust: `use` in all of its forms, and macros, whose arguments the grammar leaves as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from answerable.policy.layers.code.language import Binding, Language, Reading, child_of
from answerable.policy.layers.kinds import Touch

if TYPE_CHECKING:
    from tree_sitter import Node

_QUERY = """
[(use_declaration) (extern_crate_declaration)] @import
(let_declaration value: [(identifier) (scoped_identifier) (field_expression) (call_expression)]) @import
(type_item) @import
(call_expression function: (_) @call)
(macro_invocation macro: (_) @call)
(macro_invocation (token_tree) @raw)
(macro_rule right: (token_tree) @raw)
(attribute arguments: (token_tree) @raw)
(attribute (_) @call)
(field_expression field: (_) @member) @name
(scoped_identifier name: (_) @member) @name
(scoped_type_identifier name: (_) @member) @name
[(identifier) (type_identifier)] @id
(string_content) @text
"""
MOST_NAMES = 1000  # of one `use`


def _bind(node: Node, reading: Reading) -> Iterable[Binding]:
    if node.type == "use_declaration":
        return _used(node.child_by_field_name("argument"), reading)
    if node.type == "extern_crate_declaration":
        name = reading.text(node.child_by_field_name("name"))
        return (Binding(reading.text(node.child_by_field_name("alias")) or name, name),)
    fields = ("name", "type") if node.type == "type_item" else ("pattern", "value")
    target, value = (node.child_by_field_name(field) for field in fields)
    if target is None or target.type not in ("identifier", "type_identifier"):
        return ()
    return (Binding(reading.text(target), reading.name(value), imported=False),)


def _used(node: Node | None, reading: Reading) -> Iterator[Binding]:
    waiting: list[tuple[Node | None, str]] = [(node, "")]
    taken = 0
    while waiting:
        one, above = waiting.pop()
        if one is None:
            continue
        taken += 1
        if one.type == "use_list" and taken < MOST_NAMES:
            waiting.extend((child, above) for child in one.named_children)
        elif one.type == "scoped_use_list" and taken < MOST_NAMES:
            path = one.child_by_field_name("path")
            waiting.append((one.child_by_field_name("list"), _joined(above, reading.name(path) if path else "")))
        elif one.type == "use_as_clause":
            name = _joined(above, reading.name(one.child_by_field_name("path")))
            yield Binding(reading.text(one.child_by_field_name("alias")), name.removesuffix(".self"))
        elif one.type == "use_wildcard":
            yield Binding("*", _joined(above, reading.name(child_of(one, 0)) if one.named_child_count else ""))
        elif one.type == "self":
            yield Binding(above.rpartition(".")[2], above)
        else:
            name = _joined(above, reading.name(one))
            yield Binding(name.rpartition(".")[2], name)


def _joined(above: str, name: str) -> str:
    return f"{above}.{name}" if above and name else above or name


def _grammar() -> object:
    import tree_sitter_rust

    return tree_sitter_rust.language()


RUST = Language(
    name="Rust",
    grammar=_grammar,
    query=_QUERY,
    members={
        "scoped_identifier": ("path", "name"),
        "scoped_type_identifier": ("path", "name"),
        "field_expression": ("value", "field"),
    },
    through={
        "call_expression": "function",
        "generic_type": "type",
        "generic_function": "function",
        "generic_type_with_turbofish": "type",
        "parenthesized_expression": "",
        "bracketed_type": "",
        "reference_expression": "value",
        "try_expression": "",
        "await_expression": "",
    },
    names=frozenset({"identifier", "type_identifier", "self", "crate", "super", "metavariable", "primitive_type"}),
    contents=frozenset({"string_content"}),
    literals=frozenset({"string_literal", "raw_string_literal"}),
    bind=_bind,
    touches={
        Touch.AUTH: """
            jsonwebtoken oauth2 openidconnect argon2 bcrypt scrypt pbkdf2 ldap3 axum_login actix_identity biscuit jose
            jwt_simple *.authenticate() *.verify_password *.check_password *.has_permission saml2 samael
        """,
        Touch.CRYPTO: """
            ring rustls openssl native_tls sha1 sha2 sha3 md5 hmac aes aes_gcm chacha20poly1305 rsa ed25519_dalek
            x25519_dalek p256 k256 ecdsa sodiumoxide dryoc rcgen x509_parser orion *.danger_accept_invalid_certs blake3
            *.crypto crypto
        """,
        Touch.SQL: """
            sqlx rusqlite diesel tokio_postgres postgres mysql mysql_async sea_orm deadpool_postgres duckdb *.execute()
            *.execute_batch() *.executemany() *.sql_query *.query_row()
        """,
        Touch.PROCESS: """
            std.process.Command tokio.process async_process *.process.Command Command.new *.Command.new libc.system
            libc.exec* libc.fork nix.unistd.exec* nix.unistd.fork duct xshell subprocess libloading rhai mlua rlua
            system() popen() eval() exec() *.exec() *.eval() rustyscript deno_core
        """,
        Touch.NETWORK: """
            std.net tokio.net reqwest hyper ureq curl tonic tungstenite tokio_tungstenite axum actix_web warp rocket
            socket2 *.TcpListener *.TcpStream *.UdpSocket lettre ssh2 russh isahc surf grpc *.fetch() socket
        """,
        Touch.DESERIALIZATION: "serde_pickle bincode rmp_serde *.bincode ron.from_str postcard",
    },
)
