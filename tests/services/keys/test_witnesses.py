"""What people and the server keep of the organisation notices what is put in its place, each without the other.

Whoever changes the database and the instance folder at once still changes no bundle.
"""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hrd_world import World
from sqlalchemy import update

from hrd_cases.crypto.core.headers import Header, sign_header
from hrd_cases.crypto.core.keys import ROOT, CompartmentKey, OrgSeeds
from hrd_cases.crypto.core.statements import Certificate
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.services.keys.log_consistency import OTHER_PINS
from hrd_cases.services.keys.vault_membership import Unverified, roster
from hrd_cases.store import instance, tables

OFFICES = {"directory": "reference", "trends": "facts", "log": "details"}


@pytest.mark.parametrize("office", OFFICES)
def test_an_office_begun_anew_by_its_own_founder_is_refused(sqlite_world: World, office: str) -> None:
    """Signed by the right person, for the right id, naming the same members: only the pin tells that it is another."""
    world = sqlite_world
    vault, compartment = getattr(world.runtime.organisation, office), OFFICES[office]
    bundle = world.session("founder").bundle
    assert bundle is not None
    with world.runtime.database.reading() as work:
        row = work.keys.header_chain(vault, compartment)[0]
    first, key = Header.decode(row.body), CompartmentKey.new()
    commitment = key.commitment(first.org, first.vault, compartment, 1)
    again = sign_header(replace(first, public=key.public, commitment=commitment), bundle.user_keys)
    with world.reading("founder") as ctx:
        assert roster(ctx, vault) is not None
    with world.runtime.database.writing() as work:
        work.connection.execute(tables.headers.delete().filter_by(vault_id=vault, compartment=compartment))
        work.keys.add_headers(again)
    world.runtime.cells.clear()
    world.runtime.known_trust = None
    for name in ("founder", "auditor"):
        with pytest.raises(Unverified), world.reading(name) as ctx:
            roster(ctx, vault)


@pytest.mark.parametrize("office", OFFICES)
def test_an_office_that_is_not_the_pinned_one_is_refused_whatever_the_log_says(
    sqlite_world: World, office: str
) -> None:
    world = sqlite_world
    organisation = world.runtime.organisation
    vault = getattr(organisation, office)
    pins = {**organisation.first_headers, f"{vault}/{OFFICES[office]}": "00" * 32}
    world.runtime.organisation = replace(organisation, first_headers=pins)
    world.runtime.cells.clear()
    with pytest.raises(Unverified), world.reading("founder") as ctx:
        roster(ctx, vault)


def _database(world: World) -> Path:
    return Path(world.url.removeprefix("sqlite:///"))


def test_a_log_put_back_together_with_the_servers_note_is_told_by_the_bundle(
    make_world: Callable[[str], World],
) -> None:
    """The database and the instance folder of an earlier day; only one person's own row is of today."""
    world = make_world("sqlite")
    file, note = _database(world), world.runtime.instance / instance.CHECKPOINT
    world.sign_in("anna")
    world.runtime.database.settle()
    shutil.copyfile(file, file.with_suffix(".old"))
    shutil.copyfile(note, note.with_suffix(".old"))
    world.sign_in("lana")
    assert "log_changed" not in world.sign_in("anna").row.messages
    with world.runtime.database.reading() as work:
        today = dict(work.connection.execute(tables.users.select().filter_by(id=world.user("anna"))).one()._mapping)
    world.runtime.database.settle()
    world.runtime.database.close()
    shutil.copyfile(file.with_suffix(".old"), file)
    shutil.copyfile(note.with_suffix(".old"), note)
    again = world.restarted()
    with again.runtime.database.writing() as work:
        work.connection.execute(update(tables.users).filter_by(id=world.user("anna")).values(**today))
    assert "log_changed" not in again.sign_in("luka").row.messages, "whose bundle went back too"
    assert "log_changed" in again.sign_in("anna").row.messages
    again.close()


def test_a_root_of_somebody_else_is_refused_by_the_bundle(make_world: Callable[[str], World]) -> None:
    """Who writes folder and database exchanges the pins and signs in the root's place; every bundle knows better."""
    world = make_world("sqlite")
    assert world.sign_in("anna").actor.state == "active"
    theirs = OrgSeeds.new()
    world.runtime.database.settle()
    organisation = replace(world.runtime.organisation, pins=theirs.pins().encode().hex())
    with world.runtime.database.writing() as work:
        for row in work.connection.execute(tables.certificates.select()).all():
            certificate = Certificate.decode(row.body)
            if certificate.issuer == ROOT:
                where = update(tables.certificates).where(tables.certificates.c.body == row.body)
                work.connection.execute(where.values(signature=certificate.sign(theirs.root_seed)))
    instance.save_policy(world.runtime.instance, organisation)
    again = world.restarted()
    with pytest.raises(RuleBroken) as refusal:  # every certificate verifies under the other root
        again.sign_in("anna")
    assert refusal.value.text == OTHER_PINS
    again.close()
