"""Security keys at the pages: where they are offered, what runs there, and that nothing else changed for anybody.

Catalogue of attacks 38, 42 and 56.
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hrd_authenticator import Authenticator, unspelt
from hrd_pages import Visitor, forms
from hrd_world import NOW, World, code_of
from werkzeug.test import TestResponse

from hrd_cases.services.kernel.context import Runtime
from hrd_cases.services.kernel.sessions import PROOF
from hrd_cases.services.signin import accounts
from hrd_cases.services.signin.organisation_setup import Founded
from hrd_cases.web.kernel import cookies, headers
from hrd_cases.web.kernel.headers import HEADERS
from hrd_cases.web.pages.sending import SECRETS

PASSPHRASE, CODE, KEY, TO = SECRETS
SECOND = timedelta(seconds=1)


@dataclass
class Place:
    """What a visitor needs of a world: the server and its clock."""

    runtime: Runtime
    founder: Founded
    now: datetime = NOW

    def visitor(self, base: str = "http://localhost") -> Visitor:
        """A browser that is not logged in."""
        return Visitor(self, base=base)  # type: ignore[arg-type]

    def inside(self, base: str = "http://localhost") -> Visitor:
        """A browser logged in with a code."""
        self.now += timedelta(minutes=1)
        code, existing = code_of(self.founder.second_secret, self.now), self.founder
        session = accounts.sign_in(self.runtime, existing.handle, existing.passphrase, code, self.now)
        return self.with_session(session.cookie, base)

    def with_session(self, cookie: bytes, base: str = "http://localhost") -> Visitor:
        """A browser with this session."""
        visitor = self.visitor(base)
        host = base.partition("://")[2].partition(":")[0]
        visitor.client.set_cookie(visitor.cookie(cookies.SESSION), cookies.spell(cookie), domain=host)
        return visitor


@pytest.fixture
def place(guarded: tuple[Runtime, Founded]) -> Place:
    """An organisation that asks for a second factor."""
    return Place(*guarded)


@pytest.fixture
def key() -> Authenticator:
    """A key in a browser on this machine."""
    return Authenticator(origin="http://localhost", host="localhost")


def asked(page: TestResponse) -> dict[str, str]:
    """What the page tells the script."""
    result = re.search(r'<div id="security-key"([^>]*)>', page.text)
    assert result is not None, page.text
    return {name: html.unescape(value) for name, value in re.findall(r'data-([a-z]+)="([^"]*)"', result[1])}


def challenge(page: TestResponse) -> bytes:
    """What the page asks a key to sign."""
    return unspelt(asked(page)["challenge"])


def added(place: Place, visitor: Visitor, key: Authenticator) -> TestResponse:
    """Add a key as its owner does."""
    place.now += SECOND
    page = visitor.get("/m/y/n")
    sent = {**forms(page)["/m/y/n"], "name": "the blue one", "passphrase": place.founder.passphrase}
    return visitor.send("/m/y/n", {**sent, "key": key.added(challenge(page))})


def log_in(place: Place, key: Authenticator, /, **typed: str) -> TestResponse:
    """Log in with a key."""
    place.now += SECOND
    visitor = place.visitor()
    page = visitor.get("/e/k")
    existing = {"handle": place.founder.handle, "passphrase": place.founder.passphrase}
    return visitor.send("/e/k", {**forms(page)["/e/k"], **existing, "key": key.answer(challenge(page)), **typed})


# --- where they are offered ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base", "works"),
    [
        ("http://localhost:8000", True),
        ("http://cases.localhost", True),
        ("https://work.example", True),
        ("https://abcdefghijklmnop.onion", True),
        ("http://abcdefghijklmnop.onion", False),
        ("http://work.example", False),
        ("https://192.168.1.5", False),
        ("http://127.0.0.1:8000", False),
    ],
)
def test_the_log_in_page_offers_a_key_where_one_can_work(place: Place, base: str, works: bool) -> None:
    visitor = place.visitor(base)
    assert ('href="/e/k"' in visitor.get("/e").text) is works
    page = visitor.get("/e/k", **{"Accept-Language": "en"})
    assert page.status_code == 200
    assert ('id="security-key"' in page.text) is works
    assert ("numbers" in page.text or "https addresses" in page.text) is not works
    assert ("script-src 'none'" in page.headers["Content-Security-Policy"]) is not works


def test_where_nobody_has_a_second_factor_nothing_is_there(sqlite_world: World) -> None:
    visitor = Visitor(sqlite_world)
    assert "/e/k" not in visitor.get("/e").text
    assert visitor.get("/e/k").status_code == 404
    inside = Visitor(sqlite_world).enter("anna")
    assert "/m/y" not in inside.get("/m").text
    assert {inside.get(path).status_code for path in ("/m/y", "/m/y/n")} == {404}


def test_my_account_says_nothing_of_keys_where_none_can_work(place: Place) -> None:
    """Over Tor nobody notices that there are any."""
    assert 'href="/m/y"' in place.inside().get("/m").text
    assert 'href="/m/y"' not in place.inside("http://abcdefghijklmnop.onion").get("/m").text


def test_the_log_in_page_does_not_change_when_somebody_adds_a_key(place: Place, key: Authenticator) -> None:
    def shown() -> str:
        return re.sub(r'name="csrf_token" value="[^"]*"', "", place.visitor().get("/e").text)

    before = shown()
    added(place, place.inside(), key)
    assert shown() == before


# --- what runs where -----------------------------------------------------------------------------------------------


def _addresses(visitor: Visitor) -> list[str]:
    rules = [rule.rule for rule in visitor.app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    return sorted(re.sub(r"<[^>]+>", "1", rule.replace("<path:filename>", "style.css")) for rule in rules)


def test_no_other_page_runs_a_script_or_may_ask_a_key(place: Place, key: Authenticator) -> None:
    inside = place.inside()
    added(place, inside, key)
    scripted = set()
    for visitor in (place.visitor(), inside):
        addresses = _addresses(visitor)
        assert len(addresses) > 60
        for path in addresses:
            page = visitor.get(path)
            policy, asking = page.headers["Content-Security-Policy"], page.headers["Permissions-Policy"]
            if "<script" in (page.text if page.mimetype == "text/html" else ""):
                scripted.add(path)
                continue
            assert "script-src 'none'" in policy, path
            assert "publickey-credentials-get=()" in asking, path
            assert "publickey-credentials-create=()" in asking, path
    assert scripted == {"/e/k", "/m/y/n"}


def test_the_script_reaches_nothing_but_its_form_and_the_key() -> None:
    text = (Path(headers.__file__).parents[2] / "static" / headers.SCRIPT).read_text(encoding="utf-8")
    for word in ("innerHTML", "eval", "Function(", "fetch", "XMLHttpRequest", "import", "storage", "location", "://"):
        assert word not in text, word
    assert len(text.splitlines()) < 100


@pytest.mark.parametrize(("path", "may"), [("/e/k", "get"), ("/m/y/n", "create")])
def test_a_page_that_asks_a_key_runs_one_file_and_nothing_else(place: Place, path: str, may: str) -> None:
    visitor = place.visitor() if path == "/e/k" else place.inside()
    page = visitor.get(path)
    text = page.headers["Content-Security-Policy"].split("; ")
    assert "script-src http://localhost/static/security_key.js" in text
    assert {"default-src 'none'", "form-action 'self'", "require-trusted-types-for 'script'"} <= set(text)
    assert set(HEADERS["Content-Security-Policy"].split("; ")) - set(text) == {"script-src 'none'"}
    assert f"publickey-credentials-{may}=(self)" in page.headers["Permissions-Policy"]
    assert page.headers["Permissions-Policy"].count("(self)") == 1
    assert re.findall(r"<script\b[^>]*>", page.text) == ['<script src="/static/security_key.js" defer>']
    assert "<noscript>" in page.text
    script = visitor.get("/static/security_key.js")
    assert script.status_code == 200
    assert "javascript" in (script.mimetype or "")


def test_a_key_is_told_nothing_that_names_anybody(place: Place) -> None:
    visitor = place.inside()
    content = asked(visitor.get("/m/y/n"))
    assert content["host"] == "localhost"
    assert len(unspelt(content["person"])) == 16
    assert unspelt(content["person"]) != bytes.fromhex(place.founder.user)
    assert place.founder.handle not in "".join(content.values())


# --- coming in -----------------------------------------------------------------------------------------------------


def test_a_key_is_added_and_then_opens(place: Place, key: Authenticator) -> None:
    visitor = place.inside()
    assert added(place, visitor, key).status_code == 303
    assert "the blue one" in visitor.get("/m").text
    assert cookies.spell(key.credential) in asked(visitor.get("/m/y/n"))["known"]
    answer = log_in(place, key)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert any("-s=" in cookie for cookie in answer.headers.getlist("Set-Cookie"))


def test_an_answer_for_one_browser_is_none_in_another(place: Place, key: Authenticator) -> None:
    added(place, place.inside(), key)
    place.now += SECOND
    theirs, mine = place.visitor(), place.visitor()
    answer = key.answer(challenge(theirs.get("/e/k")))
    existing = {"handle": place.founder.handle, "passphrase": place.founder.passphrase, "key": answer}
    assert mine.send("/e/k", {**forms(mine.get("/e/k"))["/e/k"], **existing}).status_code == 422
    assert theirs.send("/e/k", {**forms(theirs.get("/e/k"))["/e/k"], **existing}).status_code == 303


REFUSED: dict[str, Callable[[Place, Authenticator], TestResponse]] = {
    "nobody of this name": lambda place, key: log_in(place, key, handle="nobody-here"),
    "a wrong passphrase": lambda place, key: log_in(place, key, passphrase="wrong wrong wrong"),
    "a key of somebody else": lambda place, _key: log_in(
        place, Authenticator(origin="http://localhost", host="localhost")
    ),
    "no answer": lambda place, key: log_in(place, key, key=""),
    "nonsense": lambda place, key: log_in(place, key, key="a.b.c.d"),
}


def test_every_refusal_is_the_same_bytes(place: Place, key: Authenticator) -> None:
    added(place, place.inside(), key)
    answers = set()
    for refused in REFUSED.values():
        page = refused(place, key)
        content = (forms(page)["/e/k"]["csrf_token"][0], asked(page)["challenge"], forms(page)["/e/k"]["handle"][0])
        body = page.text
        for item in content:
            body = body.replace(f'"{item}"', '""')
        headers = tuple(
            sorted((name, value) for name, value in page.headers if name not in ("Set-Cookie", "Content-Length"))
        )
        answers.add((page.status_code, headers, len(page.data) - len(content[2]), body))
        place.now += timedelta(minutes=6)
    assert len(answers) == 1
    assert log_in(place, key).status_code == 303


def test_nothing_can_be_sent_to_the_page_by_another_site(place: Place, key: Authenticator) -> None:
    added(place, place.inside(), key)
    page = place.visitor().get("/e/k")
    existing = {"handle": place.founder.handle, "passphrase": place.founder.passphrase}
    assert place.visitor().send("/e/k", {**existing, "key": key.answer(challenge(page))}).status_code == 400


# --- one's own keys ------------------------------------------------------------------------------------------------


def test_the_page_of_keys_asks_again_after_five_minutes(place: Place) -> None:
    visitor = place.inside()
    assert visitor.get("/m/y").status_code == 200
    place.now += PROOF + SECOND
    assert {visitor.get(path).status_code for path in ("/m/y", "/m/y/n")} == {403}


def test_what_is_wrong_is_said_at_its_field(place: Place, key: Authenticator) -> None:
    visitor = place.inside()
    page = visitor.get("/m/y/n")
    filled = {**forms(page)["/m/y/n"], "name": "blue", "passphrase": place.founder.passphrase}
    for wrong, where in (({"name": ""}, "f-name-error"), ({"passphrase": "no"}, "f-passphrase-error")):
        answer = visitor.send("/m/y/n", {**filled, "key": key.added(challenge(page)), **wrong})
        assert answer.status_code == 422
        assert f'id="{where}"' in answer.text
    answer = visitor.send("/m/y/n", {**filled, "key": "nonsense"})
    assert answer.status_code == 422
    assert "gave a wrong answer" in answer.text


def test_always_is_switched_on_and_off_and_a_key_taken_out(place: Place, key: Authenticator) -> None:
    visitor = place.inside()
    added(place, visitor, key)
    passphrase = place.founder.passphrase
    assert visitor.fill("/m/y", always="yes", passphrase="no").status_code == 422
    assert visitor.fill("/m/y", always="yes", passphrase=passphrase).status_code == 303
    assert "asked for always" in visitor.get("/m").text
    code = code_of(place.founder.second_secret, place.now + timedelta(minutes=1))
    place.now += timedelta(minutes=1)
    stranger = place.visitor()
    assert stranger.fill("/e", handle=place.founder.handle, passphrase=passphrase, code=code).status_code == 422
    gone = cookies.spell(key.credential)
    sent = {**visitor.fields("/m/y"), "remove": gone, "passphrase": passphrase}
    assert visitor.send("/m/y", sent).status_code == 422, "always, and no key"
    assert visitor.send("/m/y", {**sent, "always": ""}).status_code == 303
    assert log_in(place, key).status_code == 422
    assert place.inside().get("/m").status_code == 200


def test_the_page_says_what_asking_for_a_key_always_means(place: Place, key: Authenticator) -> None:
    visitor = place.inside()
    added(place, visitor, key)
    page = visitor.get("/m/y").text
    assert "Ask for a security key always" in page
    assert "Codes from my telephone no longer work" in page


# --- once more: is it you? -----------------------------------------------------------------------------------------


def test_a_key_confirms_too_and_what_was_typed_comes_back(place: Place, key: Authenticator) -> None:
    visitor = place.inside()
    added(place, visitor, key)
    place.now += PROOF * 2
    stopped = visitor.fill("/l/x", purpose="To compare it elsewhere")
    assert stopped.status_code == 403
    carried = forms(stopped)["/m/y/c"]
    assert carried[TO] == ["/l/x"]
    page = visitor.send("/m/y/c", carried)
    assert page.status_code == 200
    assert "publickey-credentials-get=(self)" in page.headers["Permissions-Policy"]
    form = forms(page)["/l/x"]
    assert form["purpose"] == ["To compare it elsewhere"]
    again = visitor.send("/l/x", {**form, PASSPHRASE: place.founder.passphrase, KEY: key.answer(challenge(page))})
    assert again.status_code == 200
    assert "Nothing has been saved yet" in again.text
    assert forms(again)["/l/x"]["purpose"] == ["To compare it elsewhere"]
    assert not {PASSPHRASE, CODE, KEY, TO} & set(forms(again)["/l/x"])


def test_a_wrong_answer_asks_again(place: Place, key: Authenticator) -> None:
    visitor = place.inside()
    added(place, visitor, key)
    place.now += PROOF * 2
    page = visitor.send("/m/y/c", forms(visitor.get("/m/y"))["/m/y/c"])
    assert forms(page)["/m/a"]["b"] == ["/m/y"]
    sent = {**forms(page)["/m/a"], PASSPHRASE: place.founder.passphrase}
    for wrong in ("", "a.b.c.d", key.answer(bytes(40))):
        refused = visitor.send("/m/a", {**sent, KEY: wrong})
        assert refused.status_code == 422
        assert CODE in forms(refused)["/m/a"]
    right = visitor.send("/m/a", {**sent, KEY: key.answer(challenge(page))})
    assert (right.status_code, right.headers["Location"]) == (303, "/m/y")


def test_who_has_no_key_for_this_address_is_not_offered_one(place: Place, key: Authenticator) -> None:
    visitor, existing = place.inside(), place.founder
    place.now += PROOF * 2
    assert "/m/y/c" not in forms(visitor.get("/m/y"))
    visitor = place.inside()
    added(place, visitor, key)
    place.now += PROOF * 2
    assert "/m/y/c" in forms(visitor.get("/m/y"))
    for row in place.runtime.sessions.of(existing.user):
        row.security_keys = tuple(replace(security_key, host="other.example") for security_key in row.security_keys)
    assert "/m/y/c" not in forms(visitor.get("/m/y"))


@pytest.mark.parametrize(
    "to", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example", ""]
)
def test_the_form_leads_to_no_other_site(place: Place, key: Authenticator, to: str) -> None:
    visitor = place.inside()
    added(place, visitor, key)
    place.now += PROOF + SECOND
    page = visitor.send("/m/y/c", {**forms(visitor.get("/m/y"))["/m/y/c"], TO: to})
    assert page.status_code == 200
    assert "/m/a" in forms(page)
    assert "evil" not in page.text
    assert "alert" not in page.text
