"""What the files of the demo's shop hold. Nothing in it is real; the bug in `SESSIONS` is meant."""

from __future__ import annotations

README = """\
# Larkspur Books

The back end of a small bookshop, and the scripts of its pages.
"""

HTTP = '''\
"""Requests in, responses out."""

import json

ROUTES = {}


def route(path):
    def register(handler):
        ROUTES[path] = handler
        return handler

    return register


def respond(status, body):
    return status, json.dumps(body)


def dispatch(path, request):
    handler = ROUTES.get(path)
    if handler is None:
        return respond(404, {"error": "no such page"})
    return handler(request)
'''

MONEY = '''\
"""Prices in whole cents: no rounding anywhere but here."""


def cents(text):
    whole, _, part = text.partition(".")
    return int(whole) * 100 + int((part + "00")[:2])


def shown(amount):
    return f"{amount // 100}.{amount % 100:02d}"
'''

CATALOG = '''\
"""Books on sale, by their number."""

from shop.money import cents

BOOKS = {
    "9780001": ("The Quiet Ledger", cents("12.50")),
    "9780002": ("Night Trains", cents("9.90")),
    "9780003": ("A Field Guide to Dust", cents("21.00")),
}


def price(number):
    return BOOKS[number][1]
'''

SLUG = '''\
"""Addresses of product pages."""

import re


def slug(title):
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
'''

CART = '''\
"""What a customer is about to buy."""

from shop.catalog import price


class Cart:
    def __init__(self):
        self.items = {}

    def add(self, number, count=1):
        self.items[number] = self.items.get(number, 0) + count

    def total(self):
        return sum(price(number) * count for number, count in self.items.items())
'''

CART_TS = """\
export interface Item {
  number: string;
  count: number;
}

export async function add(item: Item): Promise<void> {
  await fetch("/cart", { method: "POST", body: JSON.stringify(item) });
}
"""

BADGE_TS = """\
import type { Item } from "./cart";

export function badge(items: Item[]): string {
  const count = items.reduce((sum, item) => sum + item.count, 0);
  return count > 99 ? "99+" : String(count);
}
"""

ORDERS = '''\
"""Orders: a cart that was paid."""

import itertools

NUMBERS = itertools.count(1001)


def place(cart, customer):
    if not cart.items:
        raise ValueError("an empty cart cannot be ordered")
    return {"number": next(NUMBERS), "customer": customer, "total": cart.total()}
'''

CODEOWNERS = """\
# Who is asked, and who answers
/shop/auth/     @larkspur/identity
/shop/pricing/  @larkspur/pricing
/web/           @larkspur/web
"""

OWNERS = """\
version: 1
people:
  ada: {name: Ada Marlow, git: [ada@larkspur.example], forge: [ada], contact: "+44 7700 900123"}
  grace: {name: Grace Okafor, git: [grace@larkspur.example], forge: [grace], contact: "+46 8 465 004 12"}
  linnea: {name: Linnea Berg, git: [linnea@larkspur.example], forge: [linnea], contact: "+46 8 465 004 34"}
teams:
  shop: {name: The shop, members: [linnea, ada, grace], contact: "#shop"}
  identity: {name: Identity, members: [ada, grace], parent: shop, forge: [larkspur/identity], contact: "#identity"}
  pricing: {name: Pricing, members: [grace], parent: shop, forge: [larkspur/pricing], contact: "#pricing"}
  web: {name: Web, members: [linnea], parent: shop, forge: [larkspur/web], contact: "#web"}
services:
  - name: sign-in
    title: Sign in
    paths: [/shop/auth/]
    owner: identity
    tier: 0
    jurisdictions: [EU, GB]
    links: {runbook: "https://larkspur.example/runbooks/sign-in"}
    duties:
      response: identity
      communication:
        who: linnea
        templates:
          - {severity: [high, critical], text: "{service} has failed since {since}. We work on it."}
      escalation:
        - {notify: [cover]}
        - {notify: [identity], after: 15}
        - {notify: [shop], after: 30}
      fallback: linnea
      cover:
        - {region: by-day, timezone: Europe/Stockholm, start: "08:00", end: "18:00", who: identity}
        - {region: by-night, timezone: Europe/Stockholm, start: "18:00", end: "08:00", who: ada}
      reporting:
        - {jurisdiction: EU, regulation: NIS2, to: the CSIRT, within: 24, severity: [high, critical], who: linnea}
        - {jurisdiction: EU, regulation: GDPR, to: the supervisory authority, within: 72, who: linnea}
        - {jurisdiction: GB, regulation: UK GDPR, to: the ICO, within: 72, who: linnea}
  - name: pricing
    paths: [/shop/pricing/, /shop/money.py]
    owner: pricing
    tier: 1
    duties:
      communication: {who: linnea}
      escalation: [{notify: [cover]}, {notify: [pricing], after: 30}]
      fallback: linnea
      cover:  # nights and weekends were never agreed on
        - region: by-day
          timezone: Europe/Stockholm
          days: [mon, tue, wed, thu, fri]
          start: "08:00"
          end: "18:00"
          who: pricing
  - name: storefront
    paths: [/web/]
    owner: web
    tier: 2
    duties: {communication: {who: linnea}, escalation: [{notify: [web]}, {notify: [shop], after: 60}]}
paths:
  - {match: "*", owners: [shop]}
"""

DISCOUNTS = '''\
"""Discounts: the best one counts, they never add up."""

RULES = []


def rule(function):
    RULES.append(function)
    return function


def best(cart):
    return max((discount(cart) for discount in RULES), default=0)


@rule
def three_for_two(cart):
    from shop.catalog import price

    return sum(price(number) * (count // 3) for number, count in cart.items.items())
'''

COUPONS = '''\
"""Coupons: ten percent off, once a customer."""

USED = set()


def redeem(customer, code, total):
    if not code.startswith("LARK"):
        return 0
    if (customer, code) in USED:
        return 0
    USED.add((customer, code))
    return total // 10
'''

SESSIONS = '''\
"""Sessions: a short access token, and a refresh token that may be used once."""

import secrets
import time

from shop.auth.errors import InvalidToken

LIFETIME = 14 * 24 * 3600


class Sessions:
    def __init__(self):
        self._live = {}

    def open(self, customer):
        token = secrets.token_urlsafe(24)
        self._live[token] = (customer, time.time() + LIFETIME)
        return token

    def refresh(self, token):
        if token not in self._live:
            raise InvalidToken("no such session")
        customer, until = self._live[token]
        if until < time.time():
            raise InvalidToken("the session has ended")
        del self._live[token]
        return self.open(customer)
'''

ERRORS = '''\
"""What may go wrong with a session."""


class InvalidToken(Exception):
    """The customer has to sign in again."""
'''

HANDLERS = '''\
"""Signing in, staying signed in, signing out."""

from shop.auth.errors import InvalidToken
from shop.auth.sessions import Sessions
from shop.http import respond, route

SESSIONS = Sessions()


@route("/session/refresh")
def refresh(request):
    try:
        token = SESSIONS.refresh(request["token"])
    except InvalidToken as error:
        return respond(401, {"error": str(error)})
    return respond(200, {"token": token})
'''

LIMIT = '''\
"""At most so many tries a minute from one address."""

import time
from collections import defaultdict, deque

TRIES = 10
_SEEN = defaultdict(deque)


def allowed(address):
    now = time.time()
    seen = _SEEN[address]
    while seen and seen[0] < now - 60:
        seen.popleft()
    seen.append(now)
    return len(seen) <= TRIES
'''
