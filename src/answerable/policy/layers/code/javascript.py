"""JavaScript and TypeScript: ES and CommonJS imports, destructuring, members named by a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from answerable.policy.layers.code.language import Binding, Language, Reading, child_of
from answerable.policy.layers.code.uses import UNKNOWN
from answerable.policy.layers.kinds import Touch

if TYPE_CHECKING:
    from tree_sitter import Node

_ESCAPED = re.compile(rb"\\u(?:\{0*([0-9a-fA-F]{2})\}|00([0-9a-fA-F]{2}))")  # of a letter that names are made of

_QUERY = """
[(import_statement) (export_statement)] @import
(variable_declarator value: (_)) @import
(assignment_expression right: [(identifier) (member_expression) (call_expression) (subscript_expression)]) @import
((call_expression function: [(identifier) (import)] @_f) @import (#match? @_f "^(require|import)$"))
(call_expression function: (_) @call)
(new_expression constructor: (_) @call)
(decorator (_) @call)
(member_expression property: (_) @member) @name
(subscript_expression) @name
[(identifier) (shorthand_property_identifier)] @id
(pair key: (property_identifier) @id)
(string_fragment) @text
"""


def _prepare(content: bytes) -> bytes:
    """Other line ends than those of the grammar end a comment too; names can be written with escapes."""
    content = content.replace(b"\xe2\x80\xa8", b"\n").replace(b"\xe2\x80\xa9", b"\n")
    return _ESCAPED.sub(_letter, content) if b"\\u" in content else content


def _letter(escape: re.Match[bytes]) -> bytes:
    byte = bytes([int(escape[1] or escape[2], 16)])
    return byte if byte.isalnum() or byte in b"_$" else escape[0]


def _bind(node: Node, reading: Reading) -> Iterable[Binding]:
    if node.type in ("import_statement", "export_statement"):
        return _imported(node, reading)
    if node.type == "call_expression":
        return (Binding(None, _required(node, reading) or UNKNOWN),)
    pair = ("name", "value") if node.type == "variable_declarator" else ("left", "right")
    target, value = (node.child_by_field_name(field) for field in pair)
    while value is not None and value.type in ("await_expression", "parenthesized_expression"):
        value = child_of(value, 0)
    return _assigned(target, value, reading)


def _imported(node: Node, reading: Reading) -> Iterator[Binding]:
    source = node.child_by_field_name("source")
    waiting = list(node.named_children)
    if source is None:  # import x = require("y"), of TypeScript
        clause = next((child for child in waiting if child.type == "import_require_clause"), None)
        if clause is None:
            return
        source = clause.child_by_field_name("source")
        yield Binding(reading.text(child_of(clause, 0)), _module(reading.literal(source)))
        return
    module = _module(reading.literal(source))
    yield Binding(None, module)
    while waiting:
        one = waiting.pop()
        if one.type in ("import_clause", "named_imports", "export_clause"):
            waiting.extend(one.named_children)
        elif one.type == "identifier":
            yield Binding(reading.text(one), module)
        elif one.type == "namespace_import":
            yield Binding(reading.text(child_of(one, 0)), module)
        elif one.type in ("import_specifier", "export_specifier"):
            name = _plain(one.child_by_field_name("name"), reading)
            local = _plain(one.child_by_field_name("alias"), reading) or name
            yield Binding(local, module if name == "default" else f"{module}.{name}")


def _assigned(target: Node | None, value: Node | None, reading: Reading) -> Iterator[Binding]:
    if target is None or value is None:
        return
    if value.type == "call_expression" and not isinstance(_special(value, reading), str):
        return
    if value.type not in ("call_expression", "identifier", "member_expression", "subscript_expression"):
        return
    bound = reading.name(value)
    imported = value.type == "call_expression"
    if target.type == "identifier":
        yield Binding(reading.text(target), bound, imported)
    elif target.type == "object_pattern":
        for one in target.named_children:
            if one.type == "shorthand_property_identifier_pattern":
                yield Binding(reading.text(one), f"{bound}.{reading.text(one)}", imported)
            elif one.type == "object_assignment_pattern":
                name = reading.text(one.child_by_field_name("left"))
                yield Binding(name, f"{bound}.{name}", imported)
            elif one.type == "pair_pattern":
                key = _plain(one.child_by_field_name("key"), reading)
                yield Binding(reading.text(one.child_by_field_name("value")), f"{bound}.{key}", imported)


def _plain(node: Node | None, reading: Reading) -> str:
    """A name, which can be written as a text."""
    if node is not None and node.type == "computed_property_name":
        node = child_of(node, 0)
    return reading.literal(node) or (reading.text(node) if node is not None and node.type != "string" else "")


def _module(name: str | None) -> str:
    return (name or UNKNOWN).removeprefix("node:")


def _required(node: Node, reading: Reading) -> str | None:
    """The module that `require("x")` or `import("x")` gives."""
    called = node.child_by_field_name("function")
    arguments = node.child_by_field_name("arguments")
    if called is None or arguments is None or reading.tail(called) not in _REQUIRE:
        return None
    given = child_of(arguments, 0)
    return _module(reading.literal(given)) if given is not None else None


_REQUIRE = frozenset({"require", "import", "module.require", "require.main.require", "process.mainModule.require"})


def _special(node: Node, reading: Reading) -> tuple[Node | None, str] | str | None:
    if node.type == "call_expression":
        return _required(node, reading)
    if node.type == "subscript_expression":
        return node.child_by_field_name("object"), reading.literal(node.child_by_field_name("index")) or UNKNOWN
    return None


def _javascript() -> object:
    import tree_sitter_javascript

    return tree_sitter_javascript.language()


def _typescript() -> object:
    import tree_sitter_typescript

    return tree_sitter_typescript.language_typescript()


def _tsx() -> object:
    import tree_sitter_typescript

    return tree_sitter_typescript.language_tsx()


JAVASCRIPT = Language(
    name="JavaScript",
    grammar=_javascript,
    query=_QUERY,
    members={"member_expression": ("object", "property")},
    through={
        "call_expression": "function",
        "new_expression": "constructor",
        "parenthesized_expression": "",
        "await_expression": "",
        "non_null_expression": "",
        "as_expression": "",
        "satisfies_expression": "",
    },
    names=frozenset({"identifier", "this", "super", "import", "property_identifier"}),
    contents=frozenset({"string_fragment"}),
    literals=frozenset({"string", "template_string", "binary_expression", "parenthesized_expression"}),
    bind=_bind,
    special=_special,
    prepare=_prepare,
    folds=re.compile(rb"['\"`]\s*\+|\+\s*['\"`]|\$\{"),
    dynamic=True,
    touches={
        Touch.AUTH: """
            jsonwebtoken import:jose import:passport passport-* import:bcrypt bcryptjs import:argon2 import:scrypt
            import:oauth oauth2 simple-oauth2 openid-client next-auth @auth/* @okta/* @auth0/* import:auth0
            express-session cookie-session samlify ldapjs keycloak-* csurf firebase-admin.auth jwt.* *.authenticate()
            *.setCookie *.session_token *.oauth2 *.oauth *.jwt *.verifyPassword *.csrf_exempt *.login_required
            *.has_permission *.check_password
        """,
        Touch.CRYPTO: """
            import:crypto crypto-js tweetnacl libsodium-* sodium-native node-forge openpgp import:elliptic @noble/*
            import:tls *.createCipher* *.createDecipher* *.createHash *.createHmac *.createSign *.createVerify *.subtle
            rejectUnauthorized *.rejectUnauthorized crypto.subtle
        """,
        Touch.SQL: """
            mysql mysql2 import:pg pg-promise sqlite3 better-sqlite3 mssql oracledb tedious knex.raw sequelize.literal
            *.execute() *.executeMany() *.$queryRaw* *.$executeRaw* *.queryRawUnsafe *.executeRaw* *.createStatement
            *.executeSql() *.db.Query* *.db.Exec*
        """,
        Touch.PROCESS: """
            child_process import:execa shelljs cross-spawn node-pty import:vm vm2 worker_threads import:cluster eval()
            Function() global.eval() globalThis.eval() window.eval() self.eval() globalThis.Function Deno.Command
            Deno.run Bun.spawn* Bun.$ process.binding exec() system() popen() *.execSync *.execFile* *.spawnSync
            *.runInNewContext *.runInThisContext *.runInContext import:zx
        """,
        Touch.NETWORK: """
            import:http import:https http2 import:net dgram axios import:got node-fetch import:undici import:request
            import:superagent import:ky import:ws socket.io socket.io-client fetch() window.fetch globalThis.fetch
            self.fetch *.createServer XMLHttpRequest WebSocket EventSource nodemailer @grpc/* grpc ssh2 *.fetch()
            *.socket socket *.sendBeacon
        """,
        Touch.DESERIALIZATION: """
            node-serialize serialize-javascript funcster v8.deserialize cryo js-yaml.load js-yaml.unsafeLoad
            yaml.load() yaml.loadAll() *.unserialize() unserialize() *.unsafeLoad
        """,
    },
)
TYPESCRIPT = replace(
    JAVASCRIPT,
    name="TypeScript",
    grammar=_typescript,
    query=_QUERY + "(type_identifier) @id\n(nested_type_identifier name: (_) @member) @name\n",
    members={**JAVASCRIPT.members, "nested_type_identifier": ("module", "name")},
)
TSX = replace(TYPESCRIPT, name="TSX", grammar=_tsx)
