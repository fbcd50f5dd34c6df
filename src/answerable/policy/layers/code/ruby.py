"""Ruby: what is required, constants, methods given by their names, and commands in backquotes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from answerable.policy.layers.code.language import Binding, Language, Reading, child_of
from answerable.policy.layers.code.uses import UNKNOWN
from answerable.policy.layers.kinds import Touch

if TYPE_CHECKING:
    from tree_sitter import Node

_QUERY = """
((call method: (identifier) @_f) @import
 (#any-of? @_f "require" "require_relative" "load" "autoload" "include" "extend" "alias_method"))
(assignment right: [(identifier) (constant) (scope_resolution) (call)]) @import
(alias) @import
(call method: (_) @member) @call
(subshell) @call
(scope_resolution name: (_) @member) @name
[(identifier) (constant)] @id
(simple_symbol) @id
[(string_content) (heredoc_content)] @text
"""
_NAMED = frozenset({"send", "public_send", "__send__", "method", "public_method", "instance_method", "const_get"})


def _bind(node: Node, reading: Reading) -> Iterable[Binding]:
    if node.type == "assignment":
        target = node.child_by_field_name("left")
        if target is None or target.type not in ("identifier", "constant"):
            return ()
        return (Binding(reading.text(target), reading.name(node.child_by_field_name("right")), imported=False),)
    if node.type == "alias":
        name = reading.name(node.child_by_field_name("alias"))
        return (Binding(reading.name(node.child_by_field_name("name")), name, imported=False),)
    return _given(node, reading)


def _given(node: Node, reading: Reading) -> Iterator[Binding]:
    arguments = node.child_by_field_name("arguments")
    given = arguments.named_children if arguments is not None else []
    method = reading.text(node.child_by_field_name("method"))
    if not given:
        return
    if method == "alias_method":
        if len(given) == 2:
            yield Binding(_plain(given[0], reading), _plain(given[1], reading), imported=False)
    elif method in ("include", "extend"):
        for one in given[:20]:
            yield Binding("*", reading.name(one), imported=False)
    else:
        yield Binding(None, reading.literal(given[-1]) or UNKNOWN)


def _plain(node: Node | None, reading: Reading) -> str:
    return reading.literal(node) or reading.text(node).lstrip(":")


def _special(node: Node, reading: Reading) -> tuple[Node | None, str] | str | None:
    if node.type == "subshell":
        return "`"
    if node.type == "simple_symbol":
        return reading.text(node).lstrip(":")
    if node.type != "call" or reading.text(node.child_by_field_name("method")) not in _NAMED:
        return None
    arguments = node.child_by_field_name("arguments")
    first = child_of(arguments, 0) if arguments is not None else None
    if first is None:
        return None
    literal = first.type in ("simple_symbol", "string")
    name = _plain(first, reading) if literal else UNKNOWN
    receiver = node.child_by_field_name("receiver")
    return (receiver, name) if receiver is not None else name


def _grammar() -> object:
    import tree_sitter_ruby

    return tree_sitter_ruby.language()


RUBY = Language(
    name="Ruby",
    grammar=_grammar,
    query=_QUERY,
    members={"call": ("receiver", "method"), "scope_resolution": ("scope", "name")},
    through={"parenthesized_statements": ""},
    names=frozenset({"identifier", "constant", "self", "global_variable", "instance_variable", "super"}),
    contents=frozenset({"string_content", "heredoc_content"}),
    literals=frozenset({"string", "chained_string", "binary"}),
    bind=_bind,
    special=_special,
    folds=re.compile(rb"send\\b|const_get|method\\b"),
    touches={
        Touch.AUTH: """
            devise omniauth omniauth-* jwt JWT bcrypt BCrypt rack/session oauth2 OAuth2 oauth doorkeeper Doorkeeper
            pundit Pundit cancan CanCan Warden warden authenticate_user! authenticate* authenticate *.authenticate
            *.authenticate_by has_secure_password *.has_permission *.check_password *.session_token *.set_cookie
            skip_before_action.authenticate* http_basic_authenticate_with authenticate_or_request_with_http_*
            protect_from_forgery skip_forgery_protection rotp net/ldap scrypt SCrypt argon2 *.jwt *.saml ruby-saml
            *.authenticate_with_http_* *.verify_authenticity_token verify_authenticity_token
        """,
        Touch.CRYPTO: """
            openssl OpenSSL digest Digest rbnacl RbNaCl securerandom SecureRandom *.MessageEncryptor *.MessageVerifier
            *.VERIFY_NONE *.KeyGenerator ed25519 *.hmac *.SecureRandom *.OpenSSL
        """,
        Touch.SQL: """
            pg mysql2 sqlite3 sequel *.execute() *.exec_query *.find_by_sql find_by_sql *.exec_params *.select_all
            *.select_rows *.select_value *.count_by_sql *.executemany execute() Arel.sql *.Arel.sql *.exec_update
            *.exec_delete *.exec_insert *.connection.query PG.connect
        """,
        Touch.PROCESS: """
            ` open3 Open3 pty PTY system() spawn() exec() eval() fork() Kernel.system Kernel.exec Kernel.spawn
            Kernel.eval Kernel.fork Kernel.open Kernel.` Process.spawn Process.exec Process.fork IO.popen *.popen
            *.popen3 *.eval *.system *.exec *.spawn *.capture2 *.capture2e *.capture3 childprocess shellwords
            binding.eval TOPLEVEL_BINDING fiddle Fiddle ffi Kernel.?
        """,
        Touch.NETWORK: """
            net/http net/https net/smtp net/ftp net/ssh socket open-uri Net.HTTP Net.SMTP Net.FTP Net.SSH faraday
            Faraday httparty HTTParty rest-client RestClient typhoeus Typhoeus excon Excon TCPSocket TCPServer
            UDPSocket Socket UNIXSocket URI.open grpc http HTTP websocket* faye/websocket
        """,
        Touch.DESERIALIZATION: """
            Marshal.load Marshal.restore YAML.load YAML.unsafe_load YAML.load_file YAML.unsafe_load_file Psych.load
            Psych.unsafe_load Oj.load Oj.object_load JSON.load JSON.restore *.Marshal.load *.Marshal.restore
            *.YAML.load *.YAML.unsafe_load pstore PStore ox
        """,
    },
)
