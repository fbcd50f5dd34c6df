"""What the text of a file touches, for languages without a grammar and for files that a grammar cannot read.

It goes by the names of modules, types and calls that common libraries use, in linear time. A comment that names one
counts as well: such an error makes a file more severe, never less.
"""

from __future__ import annotations

import re

from answerable.policy.layers.kinds import Touch

_NAMES: dict[Touch, str] = {
    Touch.AUTH: r"""
        \bjwt\. | \bjose\b | \bpyjwt\b | jsonwebtoken | passport\.(?:use|authenticate) | \boauth2?\b | \bauthlib\b
        | \bsaml2?\b | \bldap3?\. | login_required | permission_required | has_permission | \bcheck_password\b
        | \bverify_password\b | \bbcrypt\b | \bargon2\b | \bscrypt\b | \bauthenticate\s*\( | \bauthenticate_user\b
        | SecurityContextHolder | AuthenticationManager | @PreAuthorize | @RolesAllowed | \[Authorize | UserManager<
        | before_action\s+:authenticate | \bset_cookie\b | \bsession_token\b | csrf_exempt | \bpam_authenticate\b
    """,
    Touch.CRYPTO: r"""
        \bhashlib\b | \bhmac\b | cryptography\.(?:hazmat|fernet|x509) | \bCrypto\.(?:Cipher|PublicKey|Hash) | \bnacl\.
        | "crypto/ | \bcreate(?:Cipher|Decipher|Hash|Hmac|Sign|Verify)\w* | \bcrypto\.subtle | \bjavax\.crypto\b
        | \bMessageDigest\b | \bKeyGenerator\b | \bKeyPairGenerator\b | \bopenssl/ | \bEVP_\w+ | \bSSL_CTX_\w+
        | System\.Security\.Cryptography | \bOpenSSL:: | \bring:: | \brustls\b | \bsodium_\w+ | \bSecureRandom\b
        | \bssl\.(?:create_default_context|SSLContext|_create_unverified_context) | \bverify\s*=\s*False
        | InsecureSkipVerify | rejectUnauthorized | \bmcrypt_\w+ | \bopenssl_\w+
    """,
    Touch.SQL: r"""
        \.execute(?:many|script)?\s*\( | \b(?:SELECT|select)\s[^;\n]{1,200}?\s(?:FROM|from)\s
        | \b(?:INSERT\s+INTO|insert\s+into|DELETE\s+FROM|delete\s+from)\s
        | \b(?:UPDATE|update)\s+[\w."`]{1,80}\s+(?:SET|set)\s
        | \b(?:CREATE|ALTER|DROP|TRUNCATE)\s+(?:TABLE|INDEX|VIEW|DATABASE|SCHEMA)\b | \bcreateStatement\b
        | \bprepareStatement\b | \bJdbcTemplate\b | \bsqlx:: | \bdb\.(?:Query|Exec|QueryRow)\w*\s*\( | \bSqlCommand\b
        | \bsqlite3_\w+ | \bPQexec\w* | \bfind_by_sql\b | \$queryRawUnsafe | \bmysqli?_query\b | \bexecuteRaw\w*
    """,
    Touch.PROCESS: r"""
        \bsubprocess\b | \bos\.(?:system|popen|exec\w+|spawn\w+|posix_spawn\w*|fork) | \bchild_process\b
        | \bexec\.Command | \bgetRuntime\s*\(\s*\)\s*\.\s*exec | \bProcessBuilder\b | \bprocess::Command\b
        | \bCommand::new\b | \bProcess\.Start\b | \bProcessStartInfo\b | \bOpen3\. | \bKernel\.(?:system|exec|spawn)
        | \b(?:system|popen|execv\w*|execl\w*|eval|exec|shell_exec|proc_open|passthru)\s*\( | \bnew\s+Function\s*\(
        | \bInvoke-Expression\b | \bDeno\.Command\b
    """,
    Touch.NETWORK: r"""
        \brequests\.(?:get|post|put|delete|patch|head|request|Session) | \bhttpx?2?\.(?:get|post|Client|AsyncClient)
        | \burllib\b | \burlopen\b | \baiohttp\b | \bsocket\b | \bfetch\s*\( | \baxios\b | \bcreateServer\b
        | \bXMLHttpRequest\b | \bWebSocket\b | "net(?:/http)?" | \breqwest\b | \bhyper:: | \bTcpListener\b
        | \bTcpStream\b | \bHttpClient\b | \bjava\.net\b | \bNet::HTTP\b | \bcurl_\w+ | \bgetaddrinfo\b | \bgrpc\b
        | \bparamiko\b | \bsmtplib\b
    """,
    Touch.DESERIALIZATION: r"""
        \bc?[pP]ickle\b | \bdill\. | \bjoblib\.load | \bshelve\b | \bmarshal\.loads?
        | \byaml\.(?:unsafe_|full_)?load\s*\(
        | \bjsonpickle\b | \btorch\.load\b | \bObjectInputStream\b | \breadObject\b | \bXMLDecoder\b | \bXStream\b
        | \bBinaryFormatter\b | \bTypeNameHandling\b | \bNetDataContractSerializer\b | \bMarshal\.load\b
        | \bYAML\.(?:unsafe_)?load\b | \bunserialize\s*\( | \bgob\.NewDecoder\b | \bserde_pickle\b | \bnode-serialize\b
        | \bbincode::
    """,
}
_STATEMENTS = [
    frozenset(each)
    for pair in ("SELECT FROM", "INSERT INTO", "DELETE FROM", "UPDATE SET", "CREATE", "ALTER", "DROP", "TRUNCATE")
    for each in (pair.split(), pair.lower().split())
]
_FINDER = {touch: re.compile(names.encode(), re.VERBOSE) for touch, names in _NAMES.items()}


def mentioned(touch: Touch, content: bytes) -> tuple[int, str] | None:
    """The first place where a text names something of a kind: its line, from 1, and the name."""
    found = _FINDER[touch].search(content)
    if found is None:
        return None
    return content.count(b"\n", 0, found.start()) + 1, " ".join(found[0].decode("utf-8", "replace").split())[:80]


def says_sql(words: frozenset[str]) -> bool:
    """False where a text has not the words of any statement to a database."""
    return any(pair <= words for pair in _STATEMENTS)
