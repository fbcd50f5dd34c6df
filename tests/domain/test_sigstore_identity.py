"""The one line of a Sigstore identity."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.domain.sigstore_identity import SigstoreIdentity

ISSUER = "https://token.example.com"
_names = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=60).filter(
    lambda text: text == text.strip()
)


@given(_names, _names)
def test_every_identity_has_one_line_and_is_read_back_from_it(host: str, name: str) -> None:
    one = SigstoreIdentity(issuer=f"https://{host}", identity=name)
    assert SigstoreIdentity.parse(one.line) == one
    assert one.line.isascii()
    assert one.line.count(" ") == 2


@given(st.text(max_size=40) | st.text("%2F0aA b", max_size=12))
def test_a_line_that_is_read_is_the_line_of_what_was_read(tail: str) -> None:
    line = f"sigstore {ISSUER} {tail}"
    found = SigstoreIdentity.parse(line)
    assert found is None or found.line == line


def test_spaces_percent_signs_and_letters_beyond_ascii_are_encoded() -> None:
    found = SigstoreIdentity(issuer=ISSUER, identity="https://forge.example.com/a b/%41/ü")
    assert found.line == f"sigstore {ISSUER} https://forge.example.com/a%20b/%2541/%C3%BC"


@pytest.mark.parametrize(
    "line",
    [
        "sigstore",
        f"sigstore {ISSUER}",
        f"sigstore {ISSUER} ",
        f"sigstore {ISSUER}  ada@example.com",
        f"sigstore  {ISSUER} ada@example.com",
        f"sigstore {ISSUER} ada@example.com comment",
        f"Sigstore {ISSUER} ada@example.com",
        f"sigstore\t{ISSUER} ada@example.com",
        f"sigstore {ISSUER} ada@example.com\n",
        "sigstore http://token.example.com ada@example.com",
        "sigstore https:// ada@example.com",
        "sigstore token.example.com ada@example.com",
        f"sigstore {ISSUER} %61da@example.com",
        f"sigstore {ISSUER} a%2fb",
        f"sigstore {ISSUER} ada%0A@example.com",
        f"sigstore {ISSUER} ada%C2%9B@example.com",
        f"sigstore {ISSUER} ada%E2%80%A8@example.com",
        f"sigstore {ISSUER} %20ada@example.com",
        f"sigstore {ISSUER} %FF",
        f"sigstore {ISSUER} %ED%A0%80",
        f"sigstore {ISSUER} 100%",
        f"sigstore {ISSUER} ü@example.com",
        f"sigstore {ISSUER} \ud800",
        f"sigstore {ISSUER} {'a' * 5000}",
    ],
)
def test_every_other_form_is_refused(line: str) -> None:
    assert SigstoreIdentity.parse(line) is None
