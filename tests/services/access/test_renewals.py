"""After somebody left: nothing is written until keys are renewed, people follow, and nobody else is cut off."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hrd_world import NOW, activated, plan

from hrd_cases.crypto.core.envelope import unseal
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.domain.cases import Case
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.people import Name, Person
from hrd_cases.services.casework import cases, people
from hrd_cases.services.kernel.context import Runtime
from hrd_cases.services.kernel.sessions import Session
from hrd_cases.services.keys.gate import keyring_place, peek
from hrd_cases.services.sharing import sharing
from hrd_cases.services.signin import accounts, organisation_setup
from hrd_cases.services.team import administration


class Office:
    """An organisation with a founder, and people who join."""

    def __init__(self, folder: Path) -> None:
        self.runtime: Runtime
        self.runtime, founded = organisation_setup.create_organisation(plan(folder), NOW)
        self.founder = accounts.sign_in(self.runtime, founded.handle, founded.passphrase, "", NOW)

    def joins(self, name: str) -> Session:
        """A caseworker comes in."""
        with self.runtime.writing(self.founder, NOW) as ctx:
            code = administration.invite(ctx, frozenset({"caseworker"}))
        existing, _ = activated(self.runtime, code, NOW)
        with self.runtime.writing(self.founder, NOW) as ctx:
            administration.certify(ctx, existing.user, name, frozenset({"caseworker"}))
        return accounts.sign_in(self.runtime, existing.handle, existing.passphrase, "", NOW)

    def leaves(self, session: Session) -> None:
        """An account is closed."""
        with self.runtime.writing(self.founder, NOW) as ctx:
            administration.disable(ctx, session.actor.user)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    created = Office(tmp_path)
    yield created
    created.runtime.database.close()


def rename(office: Office, session: Session, person: str, name: str) -> None:
    with office.runtime.writing(session, NOW) as ctx:
        stored = people.read(ctx, person)
        people.save(ctx, person, replace(stored.value, names=(Name(name=name),)), stored.versions)


def name_seen(office: Office, session: Session, person: str) -> str:
    with office.runtime.reading(session, NOW) as ctx:
        return str(people.read(ctx, person).value.names[0].name)


def test_a_leaver_cannot_open_what_is_written_about_a_person_afterwards(office: Office) -> None:
    lead, leaver = office.joins("Lead"), office.joins("Leaver")
    with office.runtime.writing(lead, NOW) as ctx:
        case = cases.create(ctx, Case(title="Забастовка"))
    with office.runtime.writing(lead, NOW) as ctx:
        person = people.create(ctx, Person(pseudonym="A", names=(Name(name="До"),)), case)
        sharing.share(ctx, case, leaver.actor.user, "full")
    with office.runtime.reading(leaver, NOW) as ctx:
        current = peek(ctx, case)
        assert current is not None
        before = [key for epochs in current.keys.values() for key in epochs.values()]
    office.leaves(leaver)
    with pytest.raises(RuleBroken):
        rename(office, lead, person, "Пока ключи не обновлены")
    with office.runtime.writing(lead, NOW) as ctx:
        cases.renew_keys(ctx, case)
    rename(office, lead, person, "После")
    assert name_seen(office, lead, person) == "После"
    with office.runtime.reading(lead, NOW) as ctx:
        newest = [row for row in ctx.work.keys.grantees_of(person) if row.grantee_vault == case and row.epoch == 2]
        assert len(newest) == 3
        for row in newest:
            for key in before:
                with pytest.raises(CryptoError):
                    unseal(key.envelope, keyring_place(ctx, row), row.key_sealed)


def test_a_person_in_two_cases_stays_open_to_both_teams_when_one_renews(office: Office) -> None:
    item, two, leaver = office.joins("One"), office.joins("Two"), office.joins("Leaver")
    with office.runtime.writing(item, NOW) as ctx:
        first = cases.create(ctx, Case(title="Первый"))
    with office.runtime.writing(item, NOW) as ctx:
        person = people.create(ctx, Person(pseudonym="A", names=(Name(name="До"),)), first)
        second = cases.create(ctx, Case(title="Второй"))
    with office.runtime.writing(item, NOW) as ctx:
        people.link(ctx, person, second)
        sharing.share(ctx, second, two.actor.user, "lead")
        sharing.share(ctx, first, leaver.actor.user, "full")
    assert name_seen(office, two, person) == "До"
    office.leaves(leaver)
    with office.runtime.writing(item, NOW) as ctx:
        cases.renew_keys(ctx, first)
    rename(office, item, person, "После")
    assert name_seen(office, two, person) == "После"
    with office.runtime.reading(two, NOW) as ctx:
        assert [line.name for line in people.listing(ctx).items] == ["После"]


def test_a_key_handed_to_a_case_whose_team_was_away_is_claimed_when_they_look(office: Office) -> None:
    item, two, leaver = office.joins("One"), office.joins("Two"), office.joins("Leaver")
    with office.runtime.writing(item, NOW) as ctx:
        first = cases.create(ctx, Case(title="Первый"))
    with office.runtime.writing(two, NOW) as ctx:
        second = cases.create(ctx, Case(title="Второй"))
    with office.runtime.writing(item, NOW) as ctx:
        person = people.create(ctx, Person(pseudonym="A", names=(Name(name="До"),)), first)
        sharing.share(ctx, first, two.actor.user, "lead")
        sharing.share(ctx, first, leaver.actor.user, "full")
    with office.runtime.writing(two, NOW) as ctx:
        people.link(ctx, person, second)  # `one` is not on the second case
    office.leaves(leaver)
    with office.runtime.writing(item, NOW) as ctx:
        cases.renew_keys(ctx, first)
    rename(office, item, person, "После")
    with office.runtime.reading(two, NOW) as ctx:
        assert [line.name for line in people.listing(ctx).items] == ["После"]
    with office.runtime.reading(two, NOW) as ctx:
        saved = [row for row in ctx.work.keys.grantees_of(person) if row.grantee_vault == second and row.epoch == 2]
        assert len(saved) == 3
    rename(office, two, person, "И другая команда пишет")
    assert name_seen(office, item, person) == "И другая команда пишет"
