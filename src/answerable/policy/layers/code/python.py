"""Python: imports and their other names, `getattr` and `__import__` with a text, encodings that hide names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from answerable.policy.layers.code.language import Binding, Language, Reading
from answerable.policy.layers.code.uses import UNKNOWN
from answerable.policy.layers.kinds import Touch

if TYPE_CHECKING:
    from tree_sitter import Node

_CODING = re.compile(rb"(?:\A|\n)[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")  # PEP 263, in either of the first two lines
_LIKE_ASCII = re.compile(
    rb"utf[-_]?8(?:[-_]sig)?|ascii|us-ascii|latin.*|iso-?_?8859.*|cp\d+|windows-\d+|koi8.*|euc.*|gbk?\d*|"
    rb"gb2312|gb18030|big5.*|shift_jis|mac.*",
    re.IGNORECASE,
)

_QUERY = """
[(import_statement) (import_from_statement)] @import
(assignment left: [(identifier) (pattern_list) (tuple_pattern)]) @import
(named_expression) @import
(call function: (_) @call)
(decorator (_) @call)
(attribute attribute: (identifier) @member) @name
((call function: [(identifier) @_f (attribute attribute: (identifier) @_f)]) @name @import
 (#any-of? @_f "getattr" "__import__" "import_module"))
(keyword_argument name: (identifier) @member)
((keyword_argument name: (identifier) @_key value: (false)) @flag (#eq? @_key "verify"))
(identifier) @id
(string_content) @text
"""


def _prepare(content: bytes) -> bytes | None:
    head = b"\n".join(content[:1000].split(b"\n")[:2])
    coding = _CODING.search(head)
    return content if coding is None or _LIKE_ASCII.fullmatch(coding[1]) else None


def _bind(node: Node, reading: Reading) -> Iterable[Binding]:
    if node.type == "import_statement":
        return _imported(node, reading)
    if node.type == "import_from_statement":
        return _imported_from(node, reading)
    if node.type == "call":
        special = _special(node, reading)
        return (Binding(None, special),) if isinstance(special, str) else ()
    names = node.child_by_field_name("left") or node.child_by_field_name("name")
    values = node.child_by_field_name("right") or node.child_by_field_name("value")
    return _assigned(names, values, reading)


def _imported(node: Node, reading: Reading) -> Iterator[Binding]:
    for child in node.children_by_field_name("name"):
        if child.type == "aliased_import":
            alias = reading.text(child.child_by_field_name("alias"))
            yield Binding(alias, _module(child.child_by_field_name("name"), reading))
        else:
            name = _module(child, reading)
            yield Binding(name.partition(".")[0], name.partition(".")[0])
            yield Binding(None, name)


def _imported_from(node: Node, reading: Reading) -> Iterator[Binding]:
    module = _module(node.child_by_field_name("module_name"), reading)
    above = module if module.endswith(".") else f"{module}."
    if any(child.type == "wildcard_import" for child in node.named_children):
        yield Binding("*", module)
    for child in node.children_by_field_name("name"):
        plain = child.child_by_field_name("name") if child.type == "aliased_import" else child
        name = _module(plain, reading)
        yield Binding(reading.text(child.child_by_field_name("alias")) or name, above + name)


def _assigned(names: Node | None, values: Node | None, reading: Reading) -> Iterator[Binding]:
    if names is None or values is None:
        return
    both = [(names, values)]
    if names.type != "identifier":
        both = list(zip(names.named_children, values.named_children, strict=False))
    for name, value in both:
        if name.type == "identifier" and value.type in ("identifier", "attribute", "call"):
            bound = reading.name(value)
            if value.type != "call" or isinstance(_special(value, reading), str | tuple):
                yield Binding(reading.text(name), bound, imported=False)


def _module(node: Node | None, reading: Reading) -> str:
    return re.sub(r"\s|\\", "", reading.text(node))


def _special(node: Node, reading: Reading) -> tuple[Node | None, str] | str | None:
    if node.type != "call":
        return None
    called = reading.tail(node.child_by_field_name("function"))
    arguments = node.child_by_field_name("arguments")
    given = arguments.named_children[:2] if arguments is not None else []
    if called.endswith("getattr") and len(given) == 2:
        return given[0], reading.literal(given[1]) or UNKNOWN
    if called.endswith(("__import__", "import_module")) and given:
        return reading.literal(given[0]) or UNKNOWN
    return None


def _grammar() -> object:
    import tree_sitter_python

    return tree_sitter_python.language()


PYTHON = Language(
    name="Python",
    grammar=_grammar,
    query=_QUERY,
    members={"attribute": ("object", "attribute")},
    through={"call": "function", "parenthesized_expression": "", "await": "", "named_expression": "value"},
    names=frozenset({"identifier", "dotted_name"}),
    contents=frozenset({"string_content"}),
    literals=frozenset({"string", "concatenated_string", "binary_operator", "parenthesized_expression"})
    | {"string_start", "string_end"},
    bind=_bind,
    special=_special,
    prepare=_prepare,
    folds=re.compile(rb"getattr|__import__|import_module"),
    touches={
        Touch.AUTH: """
            jwt jose authlib oauthlib requests_oauthlib saml2 onelogin ldap ldap3 bcrypt argon2 passlib *.oauth2 oauth2
            flask_login django.contrib.auth social_core msal hvac pyotp google.oauth2 google.auth import:pam python_pam
            *.login_required *.permission_required *.has_permission *.has_perm *.check_password *.make_password
            *.verify_password *.authenticate() *.authenticate_user *.set_cookie *.session_token *.csrf_exempt
            *.login_user *.scrypt *.oauth
        """,
        Touch.CRYPTO: """
            hashlib hmac import:secrets ssl cryptography Crypto Cryptodome nacl OpenSSL ecdsa import:rsa pyhanko
            jwcrypto itsdangerous certifi verify=False *._create_unverified_context *.SSLContext *.createHash
        """,
        Touch.SQL: """
            sqlite3 psycopg psycopg2 asyncpg aiosqlite pymysql MySQLdb mysql.connector cx_Oracle oracledb pyodbc duckdb
            aiomysql sqlalchemy.text *.execute() *.executemany() *.executescript() *.execute_write_fn() *.raw_sql
            *.read_sql* *.RawSQL
        """,
        Touch.PROCESS: """
            subprocess os.system os.popen* os.exec* os.spawn* os.posix_spawn* os.fork* os.startfile pty import:commands
            popen2 eval() exec() execfile() compile() __import__() builtins.eval builtins.exec builtins.compile
            __builtins__.eval __builtins__.exec runpy multiprocessing import:pexpect import:sh import:plumbum
            import:invoke import:fabric asyncio.subprocess *.create_subprocess_exec *.create_subprocess_shell
            *.subprocess_exec *.subprocess_shell code.interact concurrent.futures.ProcessPoolExecutor ctypes cffi
            *.popen() *.system() *.execv* *.execl* importlib.import_module() imp.load_*
            importlib.util.spec_from_file_location importlib.machinery
        """,
        Touch.NETWORK: """
            requests httpx httpx2 urllib.request urllib2 urllib3 urllib aiohttp socket socketserver http.client
            http.server websockets websocket grpc paramiko smtplib ftplib imaplib poplib telnetlib xmlrpc pycurl boto3
            botocore tornado.httpclient treq *.urlopen
        """,
        Touch.DESERIALIZATION: """
            pickle cPickle _pickle dill joblib.load shelve marshal jsonpickle cloudpickle torch.load yaml.load
            yaml.load_all yaml.unsafe_load yaml.unsafe_load_all yaml.full_load yaml.full_load_all yaml.Loader
            yaml.UnsafeLoader yaml.FullLoader numpy.load pandas.read_pickle *.read_pickle ruamel.yaml.YAML
            *.unsafe_load()
        """,
    },
)
