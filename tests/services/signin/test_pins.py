"""The pinned keys of the server are those of the bundle, byte for byte, or there is no session."""

from dataclasses import replace

import pytest
from hrd_pages import Visitor
from hrd_world import World

from hrd_cases.crypto.core.keys import OrgSeeds
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.services.keys.log_consistency import OTHER_PINS
from hrd_cases.services.signin import accounts
from hrd_cases.store import instance


def swap(world: World) -> None:
    """Somebody with the instance folder puts the keys of their own root and recovery cards in, or another beginning."""
    folder = world.folder / "instance"
    organisation, _ = instance.load(folder)
    instance.save_policy(folder, replace(organisation, pins=OrgSeeds.new().pins().encode().hex()))


def other_office(world: World) -> None:
    """The log begins with a header of somebody's own."""
    folder = world.folder / "instance"
    organisation, _ = instance.load(folder)
    first = {
        place: "00" * 32 if place.startswith(organisation.log) else header
        for place, header in organisation.first_headers.items()
    }
    instance.save_policy(folder, replace(organisation, first_headers=first))


@pytest.mark.parametrize("harm", [swap, other_office])
def test_other_pins_open_no_session(sqlite_world: World, harm) -> None:  # type: ignore[no-untyped-def]
    harm(sqlite_world)
    again = sqlite_world.restarted()
    existing = again.people["auditor"]
    with pytest.raises(RuleBroken) as refusal:
        again.sign_in("auditor")
    assert refusal.value.text == OTHER_PINS
    page = Visitor(again).fill("/e", handle=existing.handle, passphrase=existing.passphrase)
    assert page.status_code == 422
    assert "not those you joined with" in page.text
    assert not page.headers.getlist("Set-Cookie") or "session" not in str(page.headers.getlist("Set-Cookie"))


def test_other_pins_do_not_unlock_a_session(sqlite_world: World) -> None:
    world = sqlite_world
    session = world.session("anna")
    accounts.lock_session(world.runtime, session, world.now)
    pins = world.runtime.pins
    world.runtime.pins = OrgSeeds.new().pins()
    with pytest.raises(RuleBroken) as refusal:
        accounts.unlock_session(world.runtime, session.cookie, world.people["anna"].passphrase, world.now)
    assert refusal.value.text == OTHER_PINS
    world.runtime.pins = pins
    assert accounts.unlock_session(world.runtime, session.cookie, world.people["anna"].passphrase, world.now)
