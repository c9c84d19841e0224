"""The headers of every answer, and the cookies."""

import re

import pytest
from flask import Flask
from hrd_pages import Visitor
from hrd_world import World

from hrd_cases.web.kernel.headers import HEADERS

NOBODY_RUNS = {
    "default-src 'none'",
    "script-src 'none'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}


def addresses(app: Flask) -> list[str]:
    """An address for every rule that can be looked at; what it leads to need not exist."""
    looked_at = [rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    by_name = [rule.replace("<path:filename>", "style.css").replace("<any(docx, pdf):", "<") for rule in looked_at]
    return sorted(re.sub(r"<[^>]+>", "1", rule) for rule in by_name)


@pytest.mark.parametrize("name", ["", "anna", "admin", "auditor"])
def test_every_answer_carries_every_header(sqlite_world: World, name: str) -> None:
    visitor = Visitor(sqlite_world)
    paths = [*addresses(visitor.app), "/nowhere", "/e?m=zz"]
    assert len(paths) > 40
    for path in paths:
        if name:
            visitor.enter(name)
        answer = visitor.get(path)
        assert answer.headers["Content-Security-Policy"], path
        for header, value in HEADERS.items():
            if not path.startswith("/f/"):  # a file may be dressed more strictly still
                assert answer.headers[header] == value, (path, header)
        assert answer.headers["Cache-Control"] == ("no-cache" if path.startswith("/static") else "no-store"), path
        assert "Server" not in answer.headers


def test_the_policy_runs_nothing_and_is_framed_by_nobody(sqlite_world: World) -> None:
    text = set(Visitor(sqlite_world).get("/e").headers["Content-Security-Policy"].split("; "))
    assert text >= NOBODY_RUNS


def test_refusals_carry_the_headers_too(sqlite_world: World) -> None:
    visitor = Visitor(sqlite_world).enter("anna")
    for answer in (
        visitor.send("/c/new", {}),
        visitor.send("/e", {}),
        visitor.client.put("/c"),
        visitor.client.options("/c"),
    ):
        assert answer.status_code in (303, 400, 404)
        assert answer.headers["Cache-Control"] == "no-store"


def test_strict_transport_is_promised_over_https_only(sqlite_world: World) -> None:
    assert "Strict-Transport-Security" not in Visitor(sqlite_world).get("/e").headers
    assert (
        "max-age" in Visitor(sqlite_world, base="https://work.example").get("/e").headers["Strict-Transport-Security"]
    )


@pytest.mark.parametrize(
    ("base", "name", "secure"),
    [
        ("http://localhost:8000", "__Host-s", True),
        ("http://127.0.0.1:8000", "__Host-s", True),
        ("https://work.example", "__Host-s", True),
        ("http://abcdefghijklmnop.onion", "__Host-s", True),
        ("http://192.168.1.5:8000", "s", False),
        ("http://localhost.evil.example", "s", False),
    ],
)
def test_the_session_cookie_is_tied_to_this_host_wherever_browsers_let_it(
    sqlite_world: World, base: str, name: str, secure: bool
) -> None:
    visitor = Visitor(sqlite_world, base=base)
    existing = sqlite_world.people["anna"]
    door = visitor.get("/e")
    token = door.text.split('name="csrf_token" value="')[1].split('"')[0]
    answer = visitor.send("/e", {"handle": existing.handle, "passphrase": existing.passphrase, "csrf_token": token})
    cookie = next(item for item in answer.headers.getlist("Set-Cookie") if item.startswith(f"{name}="))
    parts = set(cookie.split("; "))
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= parts
    assert ("Secure" in parts) is secure
    assert not any(part.startswith(("Max-Age", "Expires", "Domain")) for part in parts)


def test_locking_changes_a_cookie_so_that_the_way_back_shows_nothing(sqlite_world: World) -> None:
    visitor = Visitor(sqlite_world).enter("anna")
    cookies = []
    for _ in range(2):
        answer = visitor.fill("/c", "/x/l")
        cookies += [item for item in answer.headers.getlist("Set-Cookie") if item.startswith("__Host-n=")]
        visitor.fill("/e/u", passphrase=sqlite_world.people["anna"].passphrase)
    assert len(set(cookies)) == 2
