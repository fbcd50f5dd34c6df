"""A layer takes what its code uses and what breaks with it; the reason names the line, or the service."""

from __future__ import annotations

import pytest

from answerable.policy.file.dump import dump
from answerable.policy.layers.place import Layers
from answerable.policy.services import Reach, Services
from policy.reading import bare, faults, fixes, policy

CODE = """\
version: 1
layers:
  - {name: top, imports: [legacy.db], calls: [os.system, "*.wipe()"], symbols: [Tenant], unless: {kinds: [test]}}
  - {name: rest}
"""
SERVICES = """\
version: 1
services:
  - {name: pay, paths: [/pay/], tier: 0, data: [cardholder], regions: [eu], jurisdictions: [de]}
  - {name: mail, paths: [/mail/, /pay/mail/], tier: 3, data: [pii], fleets: [scanners]}
  - {name: new, paths: [/new/]}
layers:
"""


def placed(text: str, path: str, content: bytes | None = None) -> tuple[str, str]:
    found = Layers(policy(text)).place(path.encode(), content)
    return found.layer.name, found.because


@pytest.mark.parametrize(
    ("path", "content", "because"),
    [
        ("a.py", b"import os as o\n\no.system(1)\n", "line 3 calls os.system"),
        ("a.py", b"from legacy import db\n", "line 1 imports legacy.db"),
        ("a.py", b"x = Tenant\n", "line 1 names Tenant"),
        ("a.py", b"class Tenant: pass\n", "line 1 names Tenant"),
        ("a.go", b"package a\nfunc f() { store.wipe() }\n", "line 2 calls store.wipe"),
        (
            "a.php",
            b"<?php Tenant();",
            "the file is of a language that is looked at as text, and all words of a name of symbols",
        ),
        ("a.py", b"def f(: # Tenant\n", "the file has an error in it, and all words of a name of symbols"),
    ],
)
def test_a_layer_takes_code_by_the_names_it_uses(path: str, content: bytes, because: str) -> None:
    assert placed(CODE, path, content) == ("top", because)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("a.py", b"import legacy\nimport os\n# os.system\nwipe = 1\n"),
        ("a.py", b"x = 'Tenant'\n"),
        ("a.md", b"Tenant"),
        ("tests/a.py", b"import os\nos.system(1)\n"),
        ("a.php", b"<?php tenant();"),
    ],
)
def test_a_layer_does_not_take_other_code(path: str, content: bytes) -> None:
    assert placed(CODE, path, content)[0] == "rest"


@pytest.mark.parametrize(
    ("condition", "path", "because"),
    [
        ("tiers: [0, 1]", "pay/a", "the service pay is of tier 0"),
        ("tiers: [0]", "pay/mail/a", "the service pay is of tier 0"),
        ("tiers: [3]", "mail/a", "the service mail is of tier 3"),
        ("tiers: [0]", "new/a", "the service new has no tier, which counts as tier 0"),
        ("data: [pii]", "pay/mail/a", "the service mail holds data of the class pii"),
        ("regions: [eu]", "pay/a", "the service pay runs in the region eu"),
        ("jurisdictions: [de]", "pay/a", "the service pay falls under the law of de"),
        ("fleets: [scanners]", "mail/a", "the service mail runs on the fleet scanners"),
    ],
)
def test_a_layer_takes_what_belongs_to_a_service(condition: str, path: str, because: str) -> None:
    assert placed(f"{SERVICES}  - {{name: top, {condition}}}\n  - {{name: rest}}\n", path) == ("top", because)


@pytest.mark.parametrize(
    ("condition", "path"),
    [("tiers: [1]", "pay/a"), ("tiers: [3]", "pay/mail/a"), ("tiers: [0]", "x/a"), ("data: [pii]", "pay/a")],
)
def test_a_layer_does_not_take_what_belongs_to_another_service(condition: str, path: str) -> None:
    assert placed(f"{SERVICES}  - {{name: top, {condition}}}\n  - {{name: rest}}\n", path)[0] == "rest"


def test_a_path_of_several_services_has_the_most_severe_tier_and_all_of_their_reach() -> None:
    services = Services(policy(SERVICES + "  - {name: rest}\n").services)
    assert services.of(b"pay/mail/x") == Reach(
        services=("pay", "mail"),
        tier=0,
        data=("cardholder", "pii"),
        regions=("eu",),
        jurisdictions=("de",),
        fleets=("scanners",),
    )
    assert services.of(b"new/x").tier == 0
    assert services.of(b"other") == Reach()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("services: [{name: a}]", "2:12 a service needs paths"),
        ("services: [{name: a, paths: [x], tier: 5}]", "2:40 tier must be a whole number from 0 to 4"),
        (
            "services: [{name: a, paths: [x]}, {name: a, paths: [z]}]",
            "2:35 the service a is here twice, first at line 2",
        ),
        ("services: [{name: a, paths: [x], data: [PII]}]", "2:41 a class of data cannot be 'PII'"),
        ("services: [{name: a, paths: [x], owner: b}]", "2:34 a service has no key 'owner'"),
        ("layers: [{name: a, tiers: [7]}, {name: b}]", "2:28 a tier must be a whole number from 0 to 4"),
        ("layers: [{name: a, calls: [os system]}, {name: b}]", "2:28 the name 'os system' cannot be in code"),
        ("layers: [{name: a, calls: ['*']}, {name: b}]", "2:28 the name '*' means all code"),
        (
            "services: [{name: a, paths: [x], data: [pii]}]\nlayers: [{name: a, paths: [q], data: [pi]}, {name: b}]",
            "3:39 an entry of data cannot be 'pi'",
        ),
    ],
)
def test_a_fault_in_a_service_or_a_condition_has_its_place(text: str, fault: str) -> None:
    assert faults(f"version: 1\n{text}\n") == [fault]


def test_a_misspelled_class_of_data_is_corrected() -> None:
    services = "services: [{name: a, paths: [x], data: [pii]}]"
    text = f"version: 1\n{services}\nlayers: [{{name: a, paths: [q], data: [pi]}}, {{name: b}}]\n"
    assert fixes(text) == ["did you mean pii?"]


def test_a_policy_without_services_may_name_what_those_below_it_will_have() -> None:
    assert faults("version: 1\nlayers: [{name: a, data: [pii], tiers: [0]}, {name: b}]\n") == []


def test_a_policy_with_all_conditions_written_out_and_read_again_is_equal() -> None:
    text = SERVICES + (
        "  - {name: top, imports: [a.b], symbols: ['*.c'], calls: ['d()'], tiers: [0, 2], data: [pii], regions: [eu],"
        " jurisdictions: [de], fleets: [scanners]}\n  - {name: rest}\n"
    )
    assert bare(policy(dump(policy(text)))) == bare(policy(text))


def test_a_layer_of_a_preset_gets_the_conditions_of_the_file_besides_its_own() -> None:
    found = policy("version: 1\npreset: balanced\nlayers: [{name: critical, calls: [os.system], tiers: [0]}]\n")
    assert found.layers[0].calls == ("os.system",)
    assert found.layers[0].tiers == (0,)
    assert found.layers[0].kinds
