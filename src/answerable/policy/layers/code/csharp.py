"""C#: usings, each of which lets all below a name be meant, and other names given by them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from answerable.policy.layers.code.language import Binding, Language, Reading, child_of
from answerable.policy.layers.kinds import Touch

if TYPE_CHECKING:
    from tree_sitter import Node

_ESCAPED = re.compile(rb"\\u00([0-7][0-9a-fA-F])")

_QUERY = """
(using_directive) @import
(variable_declarator name: (identifier) [(identifier) (member_access_expression) (invocation_expression)]) @import
(invocation_expression function: (_) @call)
(object_creation_expression type: (_) @call)
(attribute name: (_) @call)
(member_access_expression name: (_) @member) @name
(qualified_name name: (_) @member) @name
(assignment_expression left: (identifier) @id)
(identifier) @id
[(string_literal_content) (string_content) (raw_string_content) (verbatim_string_literal)] @text
"""


def _prepare(content: bytes) -> bytes:
    """Names can be written with escapes, and further characters end a line, and so a comment."""
    for end in (b"\xc2\x85", b"\xe2\x80\xa8", b"\xe2\x80\xa9"):
        content = content.replace(end, b"\n")
    return _ESCAPED.sub(_letter, content) if b"\\u" in content else content


def _letter(escape: re.Match[bytes]) -> bytes:
    byte = bytes([int(escape[1], 16)])
    return byte if byte.isalnum() or byte == b"_" else escape[0]


def _bind(node: Node, reading: Reading) -> Iterable[Binding]:
    return _used(node, reading) if node.type == "using_directive" else _assigned(node, reading)


def _used(node: Node, reading: Reading) -> Iterator[Binding]:
    local = node.child_by_field_name("name")
    named = [child for child in node.named_children if local is None or child.start_byte != local.start_byte]
    if not named:
        return
    name = reading.name(named[-1]).removeprefix("global.")
    yield Binding("*" if local is None else reading.text(local), name)


def _assigned(node: Node, reading: Reading) -> Iterator[Binding]:
    value = child_of(node, -1)
    yield Binding(reading.text(node.child_by_field_name("name")), reading.name(value), imported=False)


def _special(node: Node, reading: Reading) -> tuple[Node | None, str] | str | None:
    if node.type == "conditional_access_expression":
        last = child_of(node, -1)
        name = last.child_by_field_name("name") if last is not None else None
        return node.child_by_field_name("condition"), reading.text(name) or "?"
    if node.type == "generic_name":
        return reading.text(child_of(node, 0))
    return None


def _grammar() -> object:
    import tree_sitter_c_sharp

    return tree_sitter_c_sharp.language()


CSHARP = Language(
    name="C#",
    grammar=_grammar,
    query=_QUERY,
    members={
        "member_access_expression": ("expression", "name"),
        "qualified_name": ("qualifier", "name"),
        "alias_qualified_name": ("alias", "name"),
    },
    through={
        "invocation_expression": "function",
        "object_creation_expression": "type",
        "parenthesized_expression": "",
        "postfix_unary_expression": "",
        "await_expression": "",
        "element_access_expression": "expression",
    },
    names=frozenset({"identifier", "this", "this_expression", "base", "predefined_type"}),
    contents=frozenset({"string_literal_content", "string_content", "raw_string_content"}),
    literals=frozenset({"string_literal", "binary_expression", "parenthesized_expression"}),
    bind=_bind,
    special=_special,
    prepare=_prepare,
    touches={
        Touch.AUTH: """
            Microsoft.AspNetCore.Authentication Microsoft.AspNetCore.Authorization Microsoft.AspNetCore.Identity
            Microsoft.Identity System.IdentityModel Microsoft.IdentityModel System.Security.Claims
            System.Security.Principal IdentityServer4 Duende.IdentityServer Authorize AllowAnonymous UserManager
            SignInManager *.UserManager *.SignInManager *.PasswordHasher *.BCrypt BCrypt *.authenticate()
            *.AuthenticateAsync *.Authenticate() ClaimsPrincipal System.DirectoryServices *.jwt
        """,
        Touch.CRYPTO: """
            System.Security.Cryptography Org.BouncyCastle System.Net.Security *.SslStream
            *.ServerCertificateValidationCallback *.ServerCertificateCustomValidationCallback
            *.RSACryptoServiceProvider *.RandomNumberGenerator X509Certificate2 *.SHA256 *.MD5 *.Aes
        """,
        Touch.SQL: """
            System.Data Microsoft.Data.SqlClient Npgsql MySql.Data MySqlConnector Dapper Microsoft.Data.Sqlite
            SqlCommand *.SqlCommand *.ExecuteSqlRaw* *.FromSqlRaw* *.ExecuteReader* *.ExecuteNonQuery* *.ExecuteScalar*
            *.execute() *.Execute() *.DbCommand *.CommandText CommandText Oracle.ManagedDataAccess
        """,
        Touch.PROCESS: """
            System.Diagnostics.Process System.Diagnostics.ProcessStartInfo Process.Start *.Process.Start
            ProcessStartInfo *.ProcessStartInfo *.Assembly.Load* *.Activator.CreateInstance* *.CSharpScript*
            System.Reflection.Emit *.DllImport DllImport System.Management.Automation *.eval() *.exec() *.system()
            *.InvokeMember *.Type.GetType
        """,
        Touch.NETWORK: """
            System.Net *.HttpClient HttpClient *.WebClient *.TcpClient *.TcpListener *.UdpClient *.Socket WebSocket
            Grpc RestSharp Flurl Renci.SshNet MailKit *.SmtpClient *.HttpListener *.socket
        """,
        Touch.DESERIALIZATION: """
            BinaryFormatter *.BinaryFormatter *.TypeNameHandling TypeNameHandling *.NetDataContractSerializer
            *.LosFormatter *.SoapFormatter *.ObjectStateFormatter *.JavaScriptSerializer System.Runtime.Serialization
            YamlDotNet MessagePack.MessagePackSerializer.Typeless *.XmlSerializer
        """,
    },
)
