"""The SSH agent: a real one signs, a hostile one is refused, and none is waited for longer than was said."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answerable.errors import KeyUnusable
from answerable.ledger.agent import agent_signers
from answerable.ledger.keys import PublicKey, load_signer
from answerable.ledger.sshsig import SshSignature
from answerable.ledger.wire import Reader, string
from ledger import ssh
from ledger.made_decisions import public_line

NAMESPACE = "review.decision@answerable"
MESSAGE = b"what was decided"
KEY = PublicKey.parse(public_line())
LISTED = b"\x0c" + (1).to_bytes(4, "big") + string(KEY.blob) + string(b"comment")


@contextmanager
def hostile(folder: Path, *replies: bytes, hold: bool = False) -> Iterator[str]:
    """Something that answers each connection with bytes of its own; holding on, it never ends its last answer."""
    address = str(folder / "hostile")
    done = threading.Event()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(address)
        listener.listen()

        def serve() -> None:
            for at, reply in enumerate(replies):
                connection, _ = listener.accept()
                with connection:
                    connection.recv(65536)
                    connection.sendall(reply)
                    if hold and at == len(replies) - 1:
                        done.wait(10)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield address
        finally:
            done.set()
            thread.join(10)
    Path(address).unlink()


def test_every_key_of_a_real_agent_signs_and_ssh_keygen_agrees(tmp_path: Path) -> None:
    kinds = sorted(ssh.KINDS)
    with ssh.agent(tmp_path, *map(ssh.key_file, kinds)) as address:
        signers = agent_signers(address)
        assert [signer.public for signer in signers] == [ssh.public(kind) for kind in kinds]
        for signer in signers:
            sig = signer.sign(MESSAGE, NAMESPACE)
            assert signer.public.verify(MESSAGE, sig, NAMESPACE)
            assert ssh.verifies(signer.public, MESSAGE, sig, NAMESPACE, tmp_path)


def test_an_rsa_key_in_an_agent_signs_with_sha_512(tmp_path: Path) -> None:
    with ssh.agent(tmp_path, ssh.key_file("rsa")) as address:
        [signer] = agent_signers(address)
        sig = SshSignature.parse(signer.sign(MESSAGE, NAMESPACE))
    assert Reader(sig.signature).string() == b"rsa-sha2-512"


def test_the_agent_of_the_environment_is_the_one_that_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ssh.agent(tmp_path, ssh.key_file("ed25519")) as address:
        monkeypatch.setenv("SSH_AUTH_SOCK", address)
        assert [signer.public for signer in agent_signers()] == [load_signer(ssh.key_file("ed25519")).public]


def test_an_agent_without_keys_has_no_signer(tmp_path: Path) -> None:
    with ssh.agent(tmp_path) as address:
        assert agent_signers(address) == []


def test_a_key_that_left_the_agent_does_not_sign(tmp_path: Path) -> None:
    with ssh.agent(tmp_path, ssh.key_file("ed25519")) as address:
        [signer] = agent_signers(address)
        subprocess.run(["ssh-add", "-q", "-D"], env={"SSH_AUTH_SOCK": address, "PATH": "/usr/bin:/bin"}, check=True)
        with pytest.raises(KeyUnusable, match="would not sign"):
            signer.sign(MESSAGE, NAMESPACE)


def test_a_missing_agent_is_named_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    with pytest.raises(KeyUnusable, match="SSH_AUTH_SOCK is not set") as caught:
        agent_signers()
    assert "ssh-add" in str(caught.value.hint)
    for address in (str(tmp_path / "absent"), str(tmp_path), "x" * 300, "nul\0byte"):
        with pytest.raises(KeyUnusable, match="no SSH agent at"):
            agent_signers(address)


def test_keys_of_no_use_are_passed_over(tmp_path: Path) -> None:
    others = [string(b"ssh-dss") + string(b"x"), b"", KEY.blob, string(b"ssh-ed25519-cert-v01@openssh.com")]
    body = b"\x0c" + len(others).to_bytes(4, "big") + b"".join(string(blob) + string(b"") for blob in others)
    with hostile(tmp_path, string(body)) as address:
        assert [signer.public for signer in agent_signers(address)] == [KEY]


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (b"", "ends early"),
        (b"\0\0", "ends early"),
        (b"\0\0\0\0", "announces 0 bytes"),
        (b"\xff\xff\xff\xff", "announces 4294967295 bytes"),
        (b"\0\0\0\x09" + LISTED, "no list of keys"),
        (string(LISTED[:-1]), "no list of keys"),
        (string(LISTED + b"x"), "no list of keys"),
        (string(b"\x0c\xff\xff\xff\xff"), "no list of keys"),
        (string(b"\x05"), "would not list its keys"),
        (string(b"\x0c"), "no list of keys"),
    ],
)
def test_a_reply_that_is_none_is_refused(reply: bytes, message: str, tmp_path: Path) -> None:
    with hostile(tmp_path, reply) as address, pytest.raises(KeyUnusable, match=message):
        agent_signers(address)


@pytest.mark.parametrize(
    "signature",
    [
        b"",
        string(b""),
        string(string(b"ssh-ed25519") + string(bytes(64))),
        string(b"junk") + b"more",
    ],
)
def test_a_signature_that_does_not_hold_never_leaves_here(signature: bytes, tmp_path: Path) -> None:
    with hostile(tmp_path, string(LISTED), string(b"\x0e" + signature)) as address:
        [signer] = agent_signers(address)
        with pytest.raises(KeyUnusable, match=r"no signature|does not hold"):
            signer.sign(MESSAGE, NAMESPACE)


@pytest.mark.parametrize("begun", [b"", b"\0\0", b"\0\0\1\0only a part"])
def test_an_agent_that_keeps_silent_is_not_waited_for(begun: bytes, tmp_path: Path) -> None:
    with hostile(tmp_path, begun, hold=True) as address, pytest.raises(KeyUnusable, match=r"did not answer in 0\.2 s"):
        agent_signers(address, soon=0.2)


def test_an_agent_that_drips_bytes_is_not_waited_for(tmp_path: Path) -> None:
    stop = threading.Event()
    address = str(tmp_path / "slow")

    def drip(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall((1000).to_bytes(4, "big"))
            while not stop.wait(0.02):
                connection.sendall(b"x")

    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(address)
        listener.listen()
        thread = threading.Thread(target=_quietly, args=(drip, listener), daemon=True)
        thread.start()
        with pytest.raises(KeyUnusable, match="did not answer"):
            agent_signers(address, soon=0.3)
        stop.set()
        thread.join(10)


def _quietly(serve: Callable[[socket.socket], None], listener: socket.socket) -> None:
    try:
        serve(listener)
    except OSError:
        return  # the other side went away, as it should


@settings(max_examples=30)
@given(body=st.binary(max_size=80))
def test_no_reply_crashes_the_reader_of_agents(body: bytes, tmp_path: Path) -> None:
    with hostile(tmp_path, string(b"\x0c" + body)) as address, contextlib.suppress(KeyUnusable):
        assert all(signer.public.line for signer in agent_signers(address))
