"""A frame leads to the file it means, to all files it may mean, or to none; never to a namesake."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.domain.frame import Frame
from answerable.incident.frames import parse_trace
from answerable.incident.locate import WEAK, Located, Locator, rank

TREE = [
    *(b"src/shop/cart.py", b"src/shop/pay.py", b"src/utils.py", b"main.py", b"tests/test_cart.py"),
    *(b"web/src/lib/cart.ts", b"web/src/app/page one.tsx", b"web/public/assets/js/cart.js"),
    *(b"api/src/main/java/com/acme/Foo.java", b"batch/src/main/java/com/acme/Foo.java"),
    *(b"api/src/main/java/com/acme/cart/Cart.java", b"api/src/test/java/com/acme/cart/CartTest.java"),
    *(b"app/src/main/kotlin/cart/Total.kt", b"app/src/main/kotlin/com/acme/Full.kt", b"lib/odd/Total.kt"),
    *(b"app/src/main/kotlin/Top.kt", b"app/other/Deep.kt"),
    *(b"internal/http/server.go", b"cmd/shop/main.go", b"net/http/server.go", b"runtime/proc.go"),
    *(b"services/a/handler/index.js", b"services/b/handler/index.js", b"only/here/unique_name.c"),
    *(b"vendor/acme/x.go", b"Src/Win/Order.cs", b"node_modules/left/pad.js", b"lib/ruby/tool.rb"),
]
LOCATOR = Locator(TREE)


def frame(path: str, language: str = "python", function: str | None = None, **more: int) -> Frame:
    return Frame(path=path, language=language, function=function, line=more.get("line", 1))


def found(path: str, language: str = "python", function: str | None = None) -> list[tuple[str, float]]:
    candidates = LOCATOR.locate(frame(path, language, function))
    return [(c.path.decode("utf-8", "surrogateescape"), c.score) for c in candidates]


def best(path: str, language: str = "python", function: str | None = None) -> str | None:
    return next((p for p, _ in found(path, language, function)), None)


@pytest.mark.parametrize(
    ("printed", "score"),
    [
        ("src/shop/cart.py", 1.0),
        ("./src/shop/cart.py", 1.0),
        ("/srv/app/src/shop/cart.py", 0.9),
        ("/Users/ann/shop/src/shop/../shop/cart.py", 0.9),
        ("C:\\work\\src\\shop\\cart.py", 0.9),
        ("file:///srv/app/src/shop/cart.py", 0.9),
        ("shop/cart.py", 0.8),
        ("/app/shop/cart.py", 0.8),
        ("/opt/other/shop/cart.py", 0.5),
        ("/usr/local/lib/python3.11/site-packages/shop/cart.py", 0.6),
    ],
)
def test_a_python_path_leads_to_its_file_the_more_of_it_agrees_the_surer(printed: str, score: float) -> None:
    assert found(printed) == [("src/shop/cart.py", score)]


@pytest.mark.parametrize(
    "printed",
    [
        "/usr/lib/python3/dist-packages/acme/utils.py",
        "/usr/lib/python3.11/utils.py",
        "/usr/lib/python3/src/utils.py",
        "/Users/ann/.venv/lib/python3.11/site-packages/requests/utils.py",
        "/Users/ann/.venv/lib/python3.11/site-packages/utils.py",
        "/Users/ann/.venv/src/utils.py",
        "C:\\Python311\\Lib\\utils.py",
        "C:\\Users\\ann\\AppData\\Local\\Programs\\Python\\Python311\\src\\utils.py",
        "/opt/tool/utils.py",
        "/srv/app/deep/er/utils.py",
        "/srv/app/node_modules/shop/cart.py",
        "/srv/app/vendor/src/utils.py",
        "~/.cargo/registry/src/shop/cart.py",
        "/rustc/0000/src/utils.py",
        "/nix/store/abc-tool/src/utils.py",
        "https://cdn.jsdelivr.net/npm/x/src/utils.py",
        "chrome-extension://abcdef/src/utils.py",
        "/opt/.pyenv/versions/3.11.7/src/utils.py",
    ],
)
def test_code_of_others_is_never_ours_by_its_name(printed: str) -> None:
    assert found(printed) == []


@pytest.mark.parametrize(
    ("printed", "ours"),
    [
        ("/srv/app/vendor/acme/x.go", "vendor/acme/x.go"),
        ("/srv/app/node_modules/left/pad.js", "node_modules/left/pad.js"),
        ("/srv/app/lib/ruby/tool.rb", "lib/ruby/tool.rb"),
    ],
)
def test_code_of_others_that_the_tree_holds_is_found_there(printed: str, ours: str) -> None:
    assert best(printed, "plain") == ours


@pytest.mark.parametrize(
    ("printed", "ours", "score"),
    [
        ("webpack-internal:///(app-pages-browser)/./src/lib/cart.ts", "web/src/lib/cart.ts", 0.8),
        ("webpack://shop/./src/lib/cart.ts?ab12", "web/src/lib/cart.ts", 0.8),
        ("webpack:///./src/app/page%20one.tsx", "web/src/app/page one.tsx", 0.8),
        ("rsc://React/Server/webpack-internal:///(rsc)/./src/lib/cart.ts", "web/src/lib/cart.ts", 0.8),
        ("https://shop.example.com/assets/js/cart.js?v=12", "web/public/assets/js/cart.js", 0.8),
        ("https://shop.example.com/js/cart.js#top", "web/public/assets/js/cart.js", 0.8),
        ("https://shop.example.com/static/js/cart.js", "web/public/assets/js/cart.js", 0.5),
        ("app:///src/lib/cart.ts", "web/src/lib/cart.ts", 0.8),
        ("file:///C:/build/web/src/lib/CART.ts", "web/src/lib/cart.ts", 0.72),
    ],
)
def test_urls_of_browsers_and_bundlers_lead_to_sources(printed: str, ours: str, score: float) -> None:
    assert found(printed, "javascript") == [(ours, score)]


@pytest.mark.parametrize("printed", ["https://shop.example.com/main.4f1e2d.js", "https://shop.example.com/", "/"])
def test_a_bundle_or_a_host_leads_nowhere(printed: str) -> None:
    assert found(printed, "javascript") == []


def test_all_files_that_fit_equally_are_given_in_a_fixed_order() -> None:
    both = [("services/a/handler/index.js", 0.8), ("services/b/handler/index.js", 0.8)]
    assert found("/app/handler/index.js", "javascript") == both
    assert found("/app/services/b/handler/index.js", "javascript") == [("services/b/handler/index.js", 0.9)]


def test_a_bare_name_leads_to_the_only_file_of_that_name_and_to_none_of_several() -> None:
    assert found("unique_name.c", "c") == [("only/here/unique_name.c", 0.3)]
    assert found("index.js", "javascript") == []
    assert found("main.py") == [("main.py", 1.0)]
    assert found("/app/main.py") == [("main.py", 0.5)]


def test_a_java_package_and_file_lead_to_every_module_that_has_them() -> None:
    assert found("Foo.java", "java", "com.acme.Foo$Bar.lambda$run$0") == [
        ("api/src/main/java/com/acme/Foo.java", 0.9),
        ("batch/src/main/java/com/acme/Foo.java", 0.9),
    ]


def test_a_java_file_of_another_package_is_not_ours() -> None:
    assert found("Cart.java", "java", "org.other.cart.Cart.total") == []
    assert found("Foo.java", "java", "com.other.Foo.run") == []


def test_kotlin_may_leave_out_the_first_folders_of_its_package() -> None:
    assert found("Total.kt", "kotlin", "com.acme.shop.cart.TotalKt.total") == [
        ("app/src/main/kotlin/cart/Total.kt", 0.45)
    ]
    assert found("Full.kt", "kotlin", "com.acme.FullKt.run") == [("app/src/main/kotlin/com/acme/Full.kt", 0.9)]
    assert found("Total.kt", "kotlin", "kotlinx.cart.TotalKt.total") == []
    assert found("Total.kt", "kotlin", "com.acme.odd.TotalKt.total") == [("lib/odd/Total.kt", 0.45)]
    assert found("Top.kt", "kotlin", "com.acme.TopKt.run") == [("app/src/main/kotlin/Top.kt", 0.4)]
    assert found("Deep.kt", "kotlin", "com.acme.DeepKt.run") == []


@pytest.mark.parametrize(
    ("printed", "function", "ours"),
    [
        ("/usr/local/go/src/net/http/server.go", "net/http.(*conn).serve", None),
        ("/opt/hostedtoolcache/go/1.22/x64/src/runtime/proc.go", "runtime.main", None),
        ("runtime/proc.go", "runtime.main", "runtime/proc.go"),
        (
            "/srv/app/internal/http/server.go",
            "example.com/shop/internal/http.Serve",
            "internal/http/server.go",
        ),
        ("example.com/shop/internal/http/server.go", None, "internal/http/server.go"),
        ("github.com/lib/http@v1.2.3/server.go", "github.com/lib/http.Serve", None),
        ("/Users/ann/go/pkg/mod/github.com/a/internal/http/server.go", "github.com/a.Serve", None),
        ("/go/src/example.com/shop/cmd/shop/main.go", "main.main", "cmd/shop/main.go"),
    ],
)
def test_go_paths_tell_its_own_library_from_ours(printed: str, function: str | None, ours: str | None) -> None:
    assert best(printed, "go", function) == ours


def test_what_go_says_of_the_function_decides_even_for_one_path() -> None:
    locator = Locator(TREE)
    for function, ours in [("net/http.Serve", []), ("shop/net/http.Serve", [b"net/http/server.go"])] * 2:
        given = frame("/opt/go/src/net/http/server.go", "go", function)
        assert [c.path for c in locator.locate(given)] == ours


def test_case_is_overlooked_for_windows_only_and_only_as_the_last_resort() -> None:
    windows = LOCATOR.locate(frame("c:\\build\\src\\win\\order.cs", "csharp"))
    assert [(c.path, c.score) for c in windows] == [(b"Src/Win/Order.cs", 0.72)]
    assert "upper and lower case" in windows[0].why
    assert found("/build/src/win/order.cs", "csharp") == []


def test_a_mapping_wins_the_longest_first_if_it_leads_somewhere() -> None:
    locator = Locator(TREE, [("/opt/", "web/"), ("/opt/py/", "src/"), ("D:\\a\\", "src/"), ("com/acme/", "gone/")])
    assert [c.path for c in locator.locate(frame("/opt/py/utils.py"))] == [b"src/utils.py"]
    assert [c.path for c in locator.locate(frame("/opt/src/lib/cart.ts"))] == [b"web/src/lib/cart.ts"]
    assert [c.path for c in locator.locate(frame("D:\\a\\shop\\cart.py"))] == [b"src/shop/cart.py"]
    assert locator.locate(frame("/opt/py/utils.py"))[0].score == 1.0


def test_a_mapping_reaches_what_nothing_else_may() -> None:
    locator = Locator(TREE, [("/usr/lib/shop/", "src/")])
    assert [c.path for c in locator.locate(frame("/usr/lib/shop/utils.py"))] == [b"src/utils.py"]


def test_a_name_shared_by_more_files_than_anybody_would_read_leads_nowhere() -> None:
    crowd = Locator([b"p%d/src/index.js" % n for n in range(60)] + [b"src/index.js"])
    assert [c.path for c in crowd.locate(frame("/srv/app/src/index.js"))] == [b"src/index.js"]
    assert Locator([b"p%d/src/index.js" % n for n in range(60)]).locate(frame("/srv/x/src/index.js")) == []


def test_frames_rank_from_where_it_failed_then_weak_ones_then_tests_and_vendored_code() -> None:
    printed = [
        "vendor/acme/x.go",
        "unique_name.c",
        "tests/test_cart.py",
        "src/shop/pay.py",
        "src/shop/cart.py",
    ]
    frames = [Frame(path=p, language="plain", line=1, position=n) for n, p in enumerate(printed)]
    frames.append(Frame(path="/usr/lib/x.c", language="c", position=9))
    items = [Located(frame=f, candidates=tuple(LOCATOR.locate(f))) for f in frames]
    assert [i.candidates[0].path for i in rank(reversed(items))] == [
        *(b"src/shop/pay.py", b"src/shop/cart.py", b"only/here/unique_name.c"),
        *(b"vendor/acme/x.go", b"tests/test_cart.py"),
    ]
    assert items[1].candidates[0].score < WEAK
    partial = frame("/opt/other/shop/cart.py")
    assert LOCATOR.locate(partial)[0].score >= WEAK
    assert WEAK == 0.4


def test_a_place_named_twice_ranks_once() -> None:
    frames = [Frame(path="src/utils.py", language="python", line=3, position=n) for n in range(3)]
    located = [Located(frame=f, candidates=tuple(LOCATOR.locate(f))) for f in frames]
    assert [i.frame.position for i in rank(located)] == [0]


COMPONENT = st.text(alphabet="abC.", min_size=1, max_size=3).filter(lambda s: s.strip(".") != "")
PATH = st.lists(COMPONENT, min_size=1, max_size=4).map("/".join)


@given(st.sets(PATH, min_size=1, max_size=12), st.data())
def test_every_path_of_a_tree_is_found_by_its_own_name_and_where_it_was_deployed(
    paths: set[str], data: st.DataObject
) -> None:
    locator = Locator([p.encode() for p in paths])
    wanted = data.draw(st.sampled_from(sorted(paths)))
    assert locator.locate(frame(wanted))[0].path.decode() == wanted
    deep = [c.path.decode() for c in locator.locate(frame(f"/somewhere/zz/{wanted}"))]
    assert wanted in deep


@given(
    st.text(),
    st.sampled_from(["python", "java", "kotlin", "go", "javascript", "plain"]),
    st.text() | st.none(),
)
def test_no_printed_path_raises_and_every_candidate_is_in_the_tree(
    path: str, language: str, function: str | None
) -> None:
    for candidate in LOCATOR.locate(frame(path, language, function)):
        assert candidate.path in TREE
        assert 0 < candidate.score <= 1
        assert candidate.why


@given(st.lists(st.sampled_from([p.decode() for p in TREE]), max_size=6), st.randoms())
def test_the_order_of_the_tree_changes_nothing(printed: list[str], random: st.DataObject) -> None:
    shuffled = list(TREE)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    other = Locator(shuffled)
    for path in printed:
        assert other.locate(frame("/x/" + path)) == LOCATOR.locate(frame("/x/" + path))


def test_bytes_that_are_no_utf_8_are_found_as_printed() -> None:
    locator = Locator([b"src/caf\xe9.py"])
    printed = b'  File "/srv/app/src/caf\xe9.py", line 3, in f'.decode("utf-8", "surrogateescape")
    assert [c.path for c in locator.locate(parse_trace(printed)[0])] == [b"src/caf\xe9.py"]


def test_a_thousand_traces_over_twenty_thousand_paths_pass_at_more_than_fifty_a_second() -> None:
    tree = [f"packages/p{n % 200}/src/m{n % 37}/file{n}.py".encode() for n in range(16_000)]
    tree += [f"packages/p{n}/src/index.js".encode() for n in range(4_000)]
    locator = Locator(tree)
    start = time.process_time()
    for n in range(1000):
        lines = [
            f'  File "/srv/app/packages/p{k % 200}/src/m{k % 37}/file{k}.py", line {k}, in f{k}\n    call()'
            for k in range(n, n + 30)
        ]
        frames = parse_trace("Traceback (most recent call last):\n" + "\n".join(lines) + "\nE: x\n")
        located = rank(Located(frame=f, candidates=tuple(locator.locate(f))) for f in frames)
        assert len(located) == 30
    assert 1000 / (time.process_time() - start) > 50
