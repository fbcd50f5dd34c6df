"""C and C++: what is included, macros, whose bodies the grammar leaves as text, and names of namespaces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from answerable.policy.layers.code.language import Binding, Language, Reading, child_of
from answerable.policy.layers.kinds import Touch

if TYPE_CHECKING:
    from tree_sitter import Node

_SPLICE = re.compile(rb"\\[ \t]*\n")

_QUERY = """
(preproc_include) @import
[(preproc_def) (preproc_function_def)] @import
(preproc_arg) @raw
(init_declarator value: [(identifier) (pointer_expression) (call_expression)]) @import
(assignment_expression right: [(identifier) (pointer_expression)]) @import
(call_expression function: (_) @call)
(field_expression field: (_) @member) @name
[(identifier) (type_identifier)] @id
[(string_content) (system_lib_string)] @text
"""
_CPP_QUERY = (
    _QUERY
    + """
[(using_declaration) (alias_declaration) (namespace_alias_definition)] @import
(qualified_identifier name: (_) @member) @name
(new_expression type: (_) @call)
(raw_string_content) @text
"""
)


def _prepare(content: bytes) -> bytes:
    """A line that goes on in the next is one line; the lines after it keep their numbers as well as can be."""
    return _SPLICE.sub(b"", content) if _SPLICE.search(content) else content


def _bind(node: Node, reading: Reading) -> Iterable[Binding]:
    kind = node.type
    if kind == "preproc_include":
        return (Binding(None, reading.text(node.child_by_field_name("path")).strip('<>"')),)
    if kind == "preproc_def":
        body = reading.text(node.child_by_field_name("value")).strip()
        plain = re.fullmatch(r"[A-Za-z_]\w{0,200}", body)
        return (Binding(reading.text(node.child_by_field_name("name")), body, False),) if plain else ()
    if kind in ("using_declaration", "alias_declaration", "namespace_alias_definition"):
        return _aliased(node, reading)
    fields = ("declarator", "value") if kind == "init_declarator" else ("left", "right")
    target, value = (node.child_by_field_name(field) for field in fields)
    steps = 0
    while target is not None and target.type != "identifier" and steps < 20:
        target, steps = target.child_by_field_name("declarator") or child_of(target, 0), steps + 1
    return (Binding(reading.text(target), reading.name(value), False),) if target is not None else ()


def _aliased(node: Node, reading: Reading) -> Iterator[Binding]:
    if node.type == "using_declaration":
        last = child_of(node, -1)
        name = reading.name(last)
        whole = any(child.type == "namespace" for child in node.children)
        yield Binding("*" if whole else name.rpartition(".")[2], name)
        return
    local = reading.text(node.child_by_field_name("name"))
    value = node.child_by_field_name("type") or child_of(node, -1)
    if value is not None and value.type == "nested_namespace_specifier":
        yield Binding(local, re.sub(r"\s", "", reading.text(value)).replace("::", "."), False)
    else:
        yield Binding(local, reading.name(value), False)


def _c() -> object:
    import tree_sitter_c

    return tree_sitter_c.language()


def _cpp() -> object:
    import tree_sitter_cpp

    return tree_sitter_cpp.language()


C = Language(
    name="C",
    grammar=_c,
    query=_QUERY,
    members={"field_expression": ("argument", "field")},
    through={
        "call_expression": "function",
        "parenthesized_expression": "",
        "pointer_expression": "argument",
        "subscript_expression": "argument",
        "cast_expression": "value",
    },
    names=frozenset({"identifier", "type_identifier"}),
    contents=frozenset({"string_content"}),
    literals=frozenset({"string_literal", "concatenated_string"}),
    bind=_bind,
    prepare=_prepare,
    renames=False,
    touches={
        Touch.AUTH: """
            security/* shadow.h crypt.h ldap.h ldap gssapi* krb5* oauth* pam_authenticate pam_* crypt() getpwnam*
            setuid() setgid() seteuid() setegid() setresuid() initgroups() authenticate() *.authenticate()
            *.verify_password *.check_password bcrypt* argon2* jwt* scrypt
        """,
        Touch.CRYPTO: """
            openssl mbedtls sodium.h gcrypt.h gnutls nettle wolfssl EVP_* SSL_* X509_* RSA_* AES_* HMAC* SHA1* SHA256*
            MD5* sodium_* crypto_* mbedtls_* gcry_* gnutls_* CCCrypt CC_SHA* BCrypt* CryptoPP Botan getrandom SecKey*
            SecRandomCopyBytes RAND_* hmac
        """,
        Touch.SQL: """
            sqlite3.h libpq-fe.h mysql.h mysql sql.h sqlext.h sqlite3_* PQexec* PQprepare mysql_* SQLExec* SQLPrepare
            pqxx soci *.execute() *.prepareStatement *.createStatement QSqlQuery
        """,
        Touch.PROCESS: """
            system() *.system() popen() *.popen() _popen() _wpopen() execv* execl* fexecve posix_spawn* fork() vfork()
            CreateProcess* ShellExecute* WinExec() dlopen() LoadLibrary* boost/process* boost.process luaL_dostring
            luaL_loadstring lua_pcall PyRun_* spawn.h dlfcn.h eval() exec() _exec* _spawn* QProcess system
        """,
        Touch.NETWORK: """
            sys/socket.h netinet arpa/inet.h netdb.h winsock2.h winsock.h curl ws2tcpip.h boost/asio* boost.asio grpc
            grpcpp socket() connect() bind() listen() accept() getaddrinfo gethostbyname curl_* libwebsockets* libssh*
            zmq* nng* InternetOpen* WinHttp* uv_tcp_* uv_udp_* socket
        """,
        Touch.DESERIALIZATION: """
            boost/archive* boost.archive cereal msgpack* *.readObject NSKeyedUnarchiver *.NSKeyedUnarchiver yaml-cpp*
        """,
    },
)
CPP = replace(
    C,
    name="C++",
    grammar=_cpp,
    query=_CPP_QUERY,
    members={**C.members, "qualified_identifier": ("scope", "name")},
    through={
        **C.through,
        "template_function": "name",
        "template_type": "name",
        "type_descriptor": "type",
        "new_expression": "type",
        "dependent_name": "",
    },
    names=C.names | {"namespace_identifier", "this"},
    contents=frozenset({"string_content", "raw_string_content"}),
    literals=C.literals | {"raw_string_literal"},
)
