"""The history of the demo's shop: six months, three people, two agents, and one commit that lost its trailer."""

from __future__ import annotations

from answerable.demo import files
from answerable.domain.commit import Person
from answerable.git.build import Change, Planned

ADA = Person(name="Ada Marlow", email="ada@larkspur.example")
GRACE = Person(name="Grace Okafor", email="grace@larkspur.example")
LINNEA = Person(name="Linnea Berg", email="linnea@larkspur.example")
GITHUB = Person(name="GitHub", email="noreply@github.com")

CLAUDE = "Co-Authored-By: Claude Opus 4.7 <noreply@anthropic.com>\n"
CODEX = "Co-authored-by: Codex <noreply@openai.com>\n"
REVIEWED = "Reviewed-by: Grace Okafor <grace@larkspur.example>\n"

START = (
    Planned(
        name="start",
        author=LINNEA,
        when="2026-01-12T09:14:00+01:00",
        message="Start the shop\n",
        files={"README.md": files.README, "shop/__init__.py": "", "shop/http.py": files.HTTP},
    ),
    Planned(
        name="money",
        author=LINNEA,
        when="2026-01-13T15:40:00+01:00",
        message="Count prices in whole cents\n",
        files={"shop/money.py": files.MONEY},
    ),
    Planned(
        name="catalog",
        author=ADA,
        when="2026-01-19T11:05:00+00:00",
        message="Put three books on sale\n",
        files={"shop/catalog.py": files.CATALOG},
    ),
    Planned(
        name="slug",
        author=LINNEA,
        when="2026-01-22T10:31:00+01:00",
        message="Give every book an address\n",
        files={"shop/slug.py": files.SLUG},
    ),
    Planned(
        name="cart",
        author=ADA,
        when="2026-02-02T16:22:00+00:00",
        message=f"Fill a cart\n\n{REVIEWED}",
        files={"shop/cart.py": files.CART},
    ),
    Planned(
        name="owners",
        author=GRACE,
        when="2026-02-04T09:00:00+01:00",
        message="Say who owns what\n",
        files={".github/CODEOWNERS": files.CODEOWNERS},
    ),
    Planned(
        name="cart-page",
        author=GRACE,
        when="2026-02-06T14:48:00+01:00",
        message="Fill the cart from its page\n",
        files={"web/cart.ts": files.CART_TS},
    ),
)

FIRST_CHANGES = (
    Planned(
        name="orders",
        author=ADA,
        when="2026-02-16T10:12:00+00:00",
        message="Turn a cart into an order\n",
        files={"shop/orders.py": files.ORDERS},
    ),
    Planned(
        name="merge-orders",
        author=GRACE,
        committer=GITHUB,
        when="2026-02-17T08:55:00+01:00",
        parents=("cart-page", "orders"),
        message=f"Merge pull request #4 from larkspur/ada/orders\n\nTurn a cart into an order\n\n{REVIEWED}",
    ),
    Planned(
        name="release-1.0",
        author=LINNEA,
        when="2026-02-20T12:00:00+01:00",
        message="Release 1.0\n",
        files={"shop/__init__.py": '__version__ = "1.0"\n'},
        tag="v1.0",
    ),
)

CODEX_CHANGE = (
    Planned(
        name="discounts",
        author=GRACE,
        when="2026-03-09T09:20:00+01:00",
        message=f"Give the best discount\n\n{CODEX}",
        files={"shop/pricing/__init__.py": "", "shop/pricing/discounts.py": files.DISCOUNTS},
    ),
    Planned(
        name="coupons",  # written by the same agent; somebody removed its trailer, the branch still tells
        author=GRACE,
        when="2026-03-09T09:41:00+01:00",
        message="Redeem coupons\n",
        files={"shop/pricing/coupons.py": files.COUPONS},
    ),
    Planned(
        name="badge",
        author=LINNEA,
        when="2026-03-10T13:05:00+01:00",
        message="Show how much is in the cart\n",
        parents=("release-1.0",),
        files={"web/badge.ts": files.BADGE_TS},
    ),
    Planned(
        name="merge-discounts",
        author=LINNEA,
        committer=GITHUB,
        when="2026-03-11T10:30:00+01:00",
        parents=("badge", "coupons"),
        message="Merge pull request #7 from larkspur/codex/discounts\n\nDiscounts and coupons\n",
    ),
    Planned(
        name="rounding",  # the same again, straight to main: nothing is left that tells
        author=GRACE,
        when="2026-03-18T17:52:00+01:00",
        message="Round prices from suppliers\n",
        files={
            "shop/money.py": Change(
                old="def shown(",
                new='def from_supplier(text):\n    value = float(text.replace(",", "."))\n'
                "    return int(value * 100 + 0.5)\n\n\ndef shown(",
            )
        },
    ),
)

CLAUDE_CHANGE = (
    Planned(
        name="sessions",
        author=ADA,
        when="2026-04-14T11:02:00+00:00",
        message="Keep customers signed in\n\nA refresh token may be used once.\n",
        files={
            "shop/auth/__init__.py": "",
            "shop/auth/errors.py": files.ERRORS,
            "shop/auth/sessions.py": files.SESSIONS,
            "shop/auth/handlers.py": files.HANDLERS,
        },
    ),
    Planned(
        name="sign-out",
        author=ADA,
        when="2026-04-14T15:37:00+00:00",
        message=f"Sign out\n\n{CLAUDE}",
        files={
            "shop/auth/sessions.py": Change(
                old="    def refresh(self",
                new="    def close(self, token):\n        self._live.pop(token, None)\n\n    def refresh(self",
            )
        },
    ),
    Planned(
        name="titles",
        author=LINNEA,
        when="2026-04-15T09:10:00+02:00",
        message="Keep letters with accents in addresses\n",
        parents=("rounding",),
        files={
            "shop/slug.py": Change(
                old="import re\n\n\ndef slug(title):\n",
                new="import re\nimport unicodedata\n\n\ndef slug(title):\n"
                '    title = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()\n',
            )
        },
    ),
    Planned(
        name="merge-sessions",
        author=GRACE,
        committer=GITHUB,
        when="2026-04-15T16:20:00+02:00",
        parents=("titles", "sign-out"),
        message="Merge pull request #9 from larkspur/ada/refresh-tokens\n\nKeep customers signed in\n",
    ),
    Planned(
        name="limit",
        author=ADA,
        committer=GITHUB,
        when="2026-05-06T12:44:00+00:00",
        message=f"Slow down guessing of tokens (#11)\n\n* count tries\n\n{CLAUDE}\n{REVIEWED}",
        files={
            "shop/auth/limit.py": files.LIMIT,
            "shop/auth/handlers.py": Change(
                old="def refresh(request):\n",
                new='def refresh(request):\n    if not allowed(request["address"]):\n'
                '        return respond(429, {"error": "too many tries"})\n',
            ),
        },
    ),
    Planned(
        name="limit-import",
        author=ADA,
        when="2026-05-06T13:01:00+00:00",
        message="Import what the handler calls\n",
        files={
            "shop/auth/handlers.py": Change(
                old="from shop.auth.sessions", new="from shop.auth.limit import allowed\nfrom shop.auth.sessions"
            )
        },
    ),
)

LAST = (
    Planned(
        name="dependencies",
        author=Person(name="dependabot[bot]", email="49699333+dependabot[bot]@users.noreply.github.com"),
        committer=GITHUB,
        when="2026-05-18T04:10:00+00:00",
        message="Bump typescript from 5.8 to 5.9 (#12)\n",
        files={"web/package.json": '{ "devDependencies": { "typescript": "5.9" } }\n'},
    ),
    Planned(
        name="duties",
        author=GRACE,
        when="2026-05-20T09:30:00+02:00",
        message="Say who is called when, and who speaks\n\nReviewed-by: Linnea Berg <linnea@larkspur.example>\n",
        files={".answerable/owners.yaml": files.OWNERS},
    ),
    Planned(
        name="fourth-book",
        author=LINNEA,
        when="2026-05-27T10:00:00+02:00",
        message=f"Put a fourth book on sale\n\n{REVIEWED}",
        files={
            "shop/catalog.py": Change(
                old='cents("21.00")),\n', new='cents("21.00")),\n    "9780004": ("Café Étude", cents("14.00")),\n'
            )
        },
    ),
    Planned(
        name="refunds",
        author=GRACE,
        when="2026-06-03T11:25:00+02:00",
        message="Take an order back\n\nSigned-off-by: Linnea Berg <linnea@larkspur.example>\n",
        files={
            "shop/orders.py": Change(
                old="def place(", new='def take_back(order):\n    return {**order, "total": 0}\n\n\ndef place('
            )
        },
    ),
    Planned(
        name="release-1.1",
        author=LINNEA,
        when="2026-06-08T12:00:00+02:00",
        message="Release 1.1\n",
        files={"shop/__init__.py": '__version__ = "1.1"\n'},
        tag="v1.1",
    ),
)

PLAN = (*START, *FIRST_CHANGES, *CODEX_CHANGE, *CLAUDE_CHANGE, *LAST)
