"""Java: imports, also static ones; escapes, which Java reads before anything else, even in a comment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from answerable.policy.layers.code.language import Binding, Language, Reading, child_of
from answerable.policy.layers.kinds import Touch

if TYPE_CHECKING:
    from tree_sitter import Node

_ESCAPED = re.compile(rb"\\u+00([0-7][0-9a-fA-F])")

_QUERY = """
(import_declaration) @import
(variable_declarator value: [(identifier) (field_access) (method_invocation) (object_creation_expression)]) @import
(assignment_expression right: [(identifier) (field_access) (method_invocation)]) @import
(method_invocation name: (identifier) @member) @call
(object_creation_expression) @call
[(annotation) (marker_annotation)] @call
(method_reference) @name
(field_access field: (identifier) @member) @name
(scoped_type_identifier) @name
[(identifier) (type_identifier)] @id
[(string_fragment) (multiline_string_fragment)] @text
"""


def _prepare(content: bytes) -> bytes:
    return _ESCAPED.sub(lambda escape: bytes([int(escape[1], 16)]), content) if b"\\u" in content else content


def _bind(node: Node, reading: Reading) -> Iterable[Binding]:
    if node.type == "import_declaration":
        return _imported(node, reading)
    fields = ("name", "value") if node.type == "variable_declarator" else ("left", "right")
    target, value = (node.child_by_field_name(field) for field in fields)
    if target is None or target.type != "identifier":
        return ()
    return (Binding(reading.text(target), reading.name(value), imported=False),)


def _imported(node: Node, reading: Reading) -> Iterator[Binding]:
    named = [child for child in node.named_children if child.type in ("identifier", "scoped_identifier")]
    name = re.sub(r"\s", "", reading.text(named[0])) if named else ""
    if any(child.type == "asterisk" for child in node.named_children):
        yield Binding("*", name)
    elif name:
        yield Binding(name.rpartition(".")[2], name)


def _special(node: Node, _reading: Reading) -> tuple[Node | None, str] | str | None:
    if node.type in ("method_reference", "scoped_type_identifier") and node.named_child_count > 1:
        last = child_of(node, -1)
        return child_of(node, 0), _reading.text(last)
    return None


def _grammar() -> object:
    import tree_sitter_java

    return tree_sitter_java.language()


JAVA = Language(
    name="Java",
    grammar=_grammar,
    query=_QUERY,
    members={
        "method_invocation": ("object", "name"),
        "field_access": ("object", "field"),
        "scoped_identifier": ("scope", "name"),
    },
    through={
        "object_creation_expression": "type",
        "annotation": "name",
        "marker_annotation": "name",
        "generic_type": "",
        "parenthesized_expression": "",
        "cast_expression": "value",
    },
    names=frozenset({"identifier", "type_identifier", "this", "super"}),
    contents=frozenset({"string_fragment", "multiline_string_fragment"}),
    literals=frozenset({"string_literal", "binary_expression", "parenthesized_expression"}),
    bind=_bind,
    special=_special,
    prepare=_prepare,
    touches={
        Touch.AUTH: """
            javax.security.auth jakarta.security org.springframework.security io.jsonwebtoken com.auth0 com.nimbusds
            org.keycloak org.pac4j *.SecurityContextHolder *.AuthenticationManager *.PreAuthorize *.PostAuthorize
            *.RolesAllowed *.Secured *.authenticate() *.BCrypt *.BCryptPasswordEncoder *.PasswordEncoder *.Argon2*
            *.SCrypt* org.apache.shiro *.hasPermission *.checkPassword *.verifyPassword *.HttpSession *.jwt *.oauth2
        """,
        Touch.CRYPTO: """
            javax.crypto java.security javax.net.ssl org.bouncycastle com.google.crypto.tink *.MessageDigest
            *.KeyGenerator *.KeyPairGenerator *.SecureRandom *.KeyStore *.SSLContext *.X509TrustManager
            *.HostnameVerifier *.NoopHostnameVerifier *.Cipher
        """,
        Touch.SQL: """
            java.sql javax.sql org.jooq org.jdbi *.execute() *.executeQuery() *.executeUpdate() *.executeBatch()
            *.createStatement *.prepareStatement *.prepareCall *.JdbcTemplate *.NamedParameterJdbcTemplate
            *.createNativeQuery *.createQuery() *.createSQLQuery *.executeRaw* *.EntityManager
        """,
        Touch.PROCESS: """
            *.Runtime.exec *.getRuntime.exec *.getRuntime *.ProcessBuilder javax.script *.ScriptEngine* *.GroovyShell
            *.Class.forName *.loadClass() java.lang.reflect *.eval() *.exec() *.system() *.popen() *.URLClassLoader
            *.SpelExpressionParser *.ProcessHandle *.System.load *.System.loadLibrary
        """,
        Touch.NETWORK: """
            java.net javax.net java.nio.channels.SocketChannel okhttp3 org.apache.http org.apache.hc retrofit2 io.netty
            io.grpc org.springframework.web.client org.springframework.web.reactive *.HttpClient *.HttpURLConnection
            *.Socket *.ServerSocket *.WebSocket *.fetch() javax.mail jakarta.mail *.RestTemplate *.WebClient *.socket
        """,
        Touch.DESERIALIZATION: """
            *.ObjectInputStream *.readObject *.readUnshared *.XMLDecoder *.XStream com.esotericsoftware.kryo *.Kryo
            *.enableDefaultTyping *.activateDefaultTyping *.SnakeYaml org.yaml.snakeyaml *.HessianInput *.JsonTypeInfo
            *.ObjectInput *.SerializationUtils
        """,
    },
)
