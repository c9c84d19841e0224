"""An administrator's account is closed by two others: what follows is shown, one asks, a second one agrees."""

import pytest
from hrd_browser import Browser
from hrd_pages import Visitor, forms
from hrd_replaced import ended
from hrd_world import World, admit
from sqlalchemy import select, update

from hrd_cases.crypto.core.certificates import Revocation
from hrd_cases.domain.access.roles import ADMINISTRATOR, CASEWORKER
from hrd_cases.services.signin import accounts
from hrd_cases.services.team import roles
from hrd_cases.store import tables


@pytest.fixture
def three(sqlite_world: World) -> World:
    """An organisation with a third administrator."""
    admit(sqlite_world, "third", frozenset({ADMINISTRATOR}))
    return sqlite_world


def page_of(world: World, name: str) -> str:
    return f"/a/x/{world.user(name)}"


def keep_of(world: World, name: str) -> str:
    return f"/a/y/{world.user(name)}"


def closed(world: World, name: str) -> bool:
    """Whether somebody's keys have ended and they are let in no more."""
    with world.reading("anna") as ctx:
        has_ended = ctx.trust.has_ended(bytes.fromhex(world.people[name].fingerprint))
    try:
        world.sign_in(name)
    except accounts.SignInRefused:
        return has_ended
    assert not has_ended
    return False


def test_one_asks_and_a_second_one_agrees(three: World) -> None:
    path, admin, founder = page_of(three, "founder"), Visitor(three).enter("admin"), Visitor(three)
    founder.enter("founder")
    assert path not in forms(admin.get("/a")), "never by one button of the list"
    page = admin.get(path).text
    assert "2 other administrators stay" in page
    assert "its sessions end at once" in page
    assert admin.fill(path).headers["Location"].startswith("/a")
    assert not closed(three, "founder")
    assert founder.get("/d").status_code == 200, "nothing changes before the second"
    assert path not in forms(admin.get(path)), "who asked is not asked again"
    third = Visitor(three).enter("third")
    assert "Admin Person asked for this" in third.get("/a").text
    assert "You are the second" in third.get(path).text
    assert third.fill(path).status_code == 303
    assert closed(three, "founder")
    assert founder.get("/d").status_code == 303
    assert "asked for this" not in third.get("/a").text
    restarted = three.restarted()
    assert closed(restarted, "founder")


def test_who_asked_does_not_agree_too(three: World) -> None:
    path, admin = page_of(three, "founder"), Visitor(three).enter("admin")
    first, later = admin.fields(path), admin.fields(path)
    assert admin.send(path, first).status_code == 303
    answer = admin.send(path, later)
    assert answer.status_code == 422
    assert "You asked for this. A second administrator agrees." in answer.text
    assert not closed(three, "founder")


def test_the_account_stays_open_when_somebody_says_so(three: World) -> None:
    ended(three, "founder", "admin")
    founder, third, keep = Visitor(three).enter("founder"), Visitor(three).enter("third"), keep_of(three, "founder")
    assert page_of(three, "founder") not in forms(founder.get("/a"))
    assert third.fill("/a", keep).status_code == 303
    assert third.fill(page_of(three, "founder")).status_code == 303, "asked anew, as the first of two"
    assert not closed(three, "founder")


def test_nobody_keeps_their_own_account_open(three: World) -> None:
    keep, founder, third = keep_of(three, "founder"), Visitor(three).enter("founder"), Visitor(three).enter("third")
    ended(three, "founder", "admin")
    assert keep not in forms(founder.get("/a"))
    answer = Browser(three, "founder").post(keep)
    assert answer.status_code == 422
    assert "You cannot keep your own account open" in answer.text
    assert third.fill(page_of(three, "founder")).status_code == 303
    assert closed(three, "founder")


def test_of_two_who_ask_for_each_other_the_first_that_is_agreed_to_counts(three: World) -> None:
    ended(three, "founder", "admin")
    ended(three, "admin", "founder")
    third = Visitor(three).enter("third")
    assert third.fill(page_of(three, "founder")).status_code == 303
    assert "Founder Person asked for this" not in third.get("/a").text
    assert third.fill(page_of(three, "admin")).status_code == 303
    assert closed(three, "founder")
    assert not closed(three, "admin"), "whose keys have ended asks for nothing any more"


@pytest.mark.parametrize("forged", ["by a caseworker", "of another signature", "about other keys", "junk"])
def test_what_the_database_says_was_asked_counts_only_as_it_was_signed(three: World, forged: str) -> None:
    ended(three, "founder", "admin")
    name = f"closing/{three.user('founder')}"
    signer = three.session("luka" if forged == "by a caseworker" else "admin").bundle
    assert signer is not None
    of = "third" if forged == "about other keys" else "founder"
    said = Revocation(
        org=three.runtime.org,
        fingerprint=bytes.fromhex(three.people[of].fingerprint),
        day=1,
        issuer=signer.user_keys.fingerprint,
    )
    signature = said.sign(signer.user_keys.sign_seed)
    if forged == "of another signature":
        signature = bytes(64)
    value = "junk" if forged == "junk" else f"{said.encode().hex()} {signature.hex()}"
    with three.runtime.database.writing() as work:
        assert work.connection.scalar(select(tables.settings.c.value).filter_by(name=name))
        work.connection.execute(update(tables.settings).filter_by(name=name).values(value=value))
    third = Visitor(three).enter("third")
    assert "asked for this" not in third.get("/a").text
    ended(three, "founder", "third")
    assert not closed(three, "founder"), "third is the first of two"


def test_nobody_takes_the_role_from_another_administrator_alone(three: World) -> None:
    admin = Visitor(three).enter("admin")
    path = f"/a/r/{three.user('third')}"
    answer = admin.fill("/a", path, roles=[CASEWORKER])
    assert answer.status_code == 422
    assert "Administrators give this role up themselves" in answer.text
    with three.writing("founder") as ctx:
        roles.change(ctx, three.user("third"), frozenset({ADMINISTRATOR, CASEWORKER}))
    three.again("third")
    with three.writing("third") as ctx:
        roles.change(ctx, three.user("third"), frozenset({CASEWORKER}))
    assert three.again("third").actor.roles == {CASEWORKER}


def test_with_two_administrators_the_page_says_that_somebody_must_come_first(sqlite_world: World) -> None:
    page = Visitor(sqlite_world).enter("admin").get(page_of(sqlite_world, "founder")).text
    assert "There is no second administrator beside you" in page
