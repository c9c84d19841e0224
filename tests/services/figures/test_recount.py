"""Figures equal a naive recount over decrypted records, whatever was edited, deleted and answered before.

Meanwhile facts are folded, visits are broken off, and the desk gets new keys; files have the numbers of the page.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from random import Random

import pytest
from hrd_browser import Browser
from hrd_failing import BrokenOff, thrown_at
from hrd_failpoints import FOLDING
from hrd_grids import Grid, from_csv, from_docx, from_page, from_xlsx, is_in_pdf
from hrd_world import World, admit

from hrd_cases.domain import consents, counting, fact_segments
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.cases import Case
from hrd_cases.domain.consents import Consent
from hrd_cases.domain.dates import parse
from hrd_cases.domain.editions import INSIDE
from hrd_cases.domain.fields import Counted
from hrd_cases.domain.incidents import Attacked, ChainLink, Incident, KindCount
from hrd_cases.domain.people import Person
from hrd_cases.services.casework import cases, people
from hrd_cases.services.deletion import erasing
from hrd_cases.services.figures import exports, facts, trends
from hrd_cases.services.figures.fact_segments import fold
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys import key_rotation
from hrd_cases.services.keys.gate import open_vault
from hrd_cases.services.records import answers, records
from hrd_cases.services.team import administration

KINDS = ("arrest", "threat", "fine")
PERIOD = {"since": "2001-01", "until": "2001-12"}  # nothing else of the world happened then


@dataclass
class Story:
    """Two cases of Anna's, their people, and what happens to them."""

    world: World
    draw: Random
    cases: list[str] = field(default_factory=list)
    persons: list[str] = field(default_factory=list)
    incidents: list[tuple[str, str]] = field(default_factory=list)
    consents: list[tuple[str, str]] = field(default_factory=list)
    minutes: int = 0

    def begin(self) -> None:
        admit(self.world, "second", frozenset({"coordinator"}))
        with self.world.writing("coordinator") as ctx:
            administration.hand_office(ctx, self.world.user("second"))
        with self.world.writing("anna") as ctx:
            self.cases = [cases.create(ctx, Case(title=f"Case {number}")) for number in range(2)]
            self.persons = [people.create(ctx, Person(pseudonym=f"P {n}"), self.cases[0]) for n in range(4)]
        with self.world.writing("anna") as ctx:
            for person in self.persons:
                people.link(ctx, person, self.cases[1])

    def step(self) -> None:
        """One act; every third time the desk does something of its own besides."""
        if self.draw.random() < 0.3:
            self.draw.choice((self.fold, self.fold, self.break_off, self.renew))()
        acts = (self.add, self.add, self.add, self.edit, self.answer, self.answer, self.erase, self.correct)
        with self.world.writing("anna") as ctx:
            self.draw.choice(acts)(ctx)

    # What happens at the desk: no figure may notice.

    def fold(self) -> None:
        """Fold all that waits, however little; as two coordinators who came at once."""
        with self.world.reading("coordinator") as first, self.world.reading("founder") as second:
            for ctx in (first, second):
                source = facts.read(ctx)
                folding = fact_segments.plan(source.waiting, source.segments, enough=1)
                if folding is not None:
                    ctx.after.append(partial(fold, folding=folding))

    def break_off(self) -> None:
        """Break off a fold at one of its steps, where there is anything to fold."""
        point = self.draw.choice(FOLDING)
        with suppress(BrokenOff), thrown_at(point, BrokenOff(point)):
            self.fold()

    def renew(self) -> None:
        """New keys for the desk, without a coordinator, who is handed them again."""
        desk, second = self.world.runtime.organisation.trends, self.world.session("second").actor
        out = frozenset({bytes.fromhex(second.fingerprint)})
        with self.world.writing("coordinator") as ctx:
            assert key_rotation.renew(ctx, desk, without={"facts": out, "load": out})
        with self.world.writing("coordinator") as ctx:
            administration.hand_office(ctx, second.user)

    def value(self) -> Incident:
        draw = self.draw
        attacked = tuple(Attacked(person=person) for person in draw.sample(self.persons, draw.randrange(3)))
        count = draw.choice((None, Counted(low=3, high=9, used=5), Counted(used=40)))
        return Incident(
            title="x",
            when=parse(draw.choice(("2001-02", "2001-11", "2001", "14.05.2001"))),
            region="KZ-35",
            kinds=tuple(draw.sample(KINDS, draw.randrange(1, 3))),
            attacked=attacked,
            count=count,
            unit=draw.choice(("individual", "individual", "group")),
            by_kind=draw.choice(((), (KindCount(kind="fine", count=Counted(used=2)),))),
        )

    def add(self, ctx: Context) -> None:
        case = self.draw.choice(self.cases)
        here = [record for place, record in self.incidents if place == case]
        linked = (
            (ChainLink(kind="part_of", incident=self.draw.choice(here)),) if here and self.draw.random() < 0.3 else ()
        )
        self.incidents.append((case, records.create(ctx, case, replace(self.value(), chain=linked))))

    def edit(self, ctx: Context) -> None:
        for case, record in self.draw.sample(self.incidents, min(1, len(self.incidents))):
            stored = records.read(ctx, case, record, Incident)
            records.save(ctx, case, record, replace(self.value(), chain=stored.value.chain), stored.versions)

    def answer(self, ctx: Context) -> None:
        self.minutes += 1
        consent = Consent(
            person=self.draw.choice(self.persons),
            said_on=date(2026, 11, 1),
            said_at=f"{self.minutes // 60:02}:{self.minutes % 60:02}",
            form="signed",
            statistics=self.draw.choice(("yes", "no")),
        )
        case = self.draw.choice(self.cases)
        self.consents.append((case, records.create(ctx, case, consent)))

    def correct(self, ctx: Context) -> None:
        for case, record in self.draw.sample(self.consents, min(1, len(self.consents))):
            stored = records.read(ctx, case, record, Consent)
            records.save(
                ctx, case, record, replace(stored.value, statistics=self.draw.choice(("yes", "no"))), stored.versions
            )

    def erase(self, ctx: Context) -> None:
        several = self.draw.choice((self.incidents, self.consents))
        for case, record in self.draw.sample(several, min(1, len(several))):
            vault = open_vault(ctx, Act.WRITE_CASE, case)
            erasing.erase_one(ctx, vault, records.read(ctx, case, record), uncount=True)
            several.remove((case, record))

    # The recount, by hand, from what the records say.

    def recount(self) -> dict[str, object]:
        with self.world.reading("anna") as ctx:
            stored = {record: records.read(ctx, case, record, Incident).value for case, record in self.incidents}
            said = {person: answers.of_person(ctx, person).answer("statistics", "") for person in self.persons}
        refused = {person for person, word in said.items() if word == consents.NO}
        counted, left_out = {}, 0
        for record, incident in stored.items():
            named = {part.person for part in incident.attacked}
            total = self.total(incident)
            gone = named & refused
            nobody = bool(gone) and not named - gone and incident.unit != "group" and not (total and total > len(gone))
            left_out += nobody
            if not nobody:
                counted[record] = (
                    incident,
                    named - refused,
                    max(total - len(gone), len(named - gone)) if total else None,
                )
        return {
            "incidents": len(counted),
            "persons": self.people(counted),
            "kinds": {kind: sum(kind in self.kinds(one) for one, _, _ in counted.values()) for kind in KINDS},
            "left out": left_out,
        }

    def total(self, incident: Incident) -> int | None:
        number = incident.count.used if incident.count is not None else None
        if incident.unit == "group":
            return number
        fined = 2 if incident.by_kind else None
        if fined and self.kinds(incident) == {"fine"}:
            return min(number, 2) if number is not None and number < 2 else 2
        if number is None:
            return None
        return max(number, fined or 0)

    def kinds(self, incident: Incident) -> set[str]:
        return {*incident.kinds, *(row.kind for row in incident.by_kind)}

    def people(self, counted: dict[str, tuple[Incident, set[str], int | None]]) -> int:
        named, others = set().union(*(people for _, people, _ in counted.values())), 0
        for together in self.families(counted):
            here = set().union(*(counted[record][1] for record in together))
            totals = [t for i, _, t in map(counted.__getitem__, together) if t is not None and i.unit != "group"]
            others += max(0, max(totals) - len(here)) if totals else 0
        return len(named) + others

    def families(self, counted: dict[str, tuple[Incident, set[str], int | None]]) -> Iterator[set[str]]:
        """Incidents that are parts of one another, through those too that are not counted."""
        with self.world.reading("anna") as ctx:
            links = [
                (record, link.incident)
                for case, record in self.incidents
                for link in records.read(ctx, case, record, Incident).value.chain
            ]
        groups = [{record} for _, record in self.incidents]
        for first, second in links:
            joined = [group for group in groups if first in group or second in group]
            groups = [group for group in groups if group not in joined] + [set().union(*joined)]
        yield from (group & counted.keys() for group in groups if group & counted.keys())


def page(world: World) -> dict[str, object]:
    with world.reading("coordinator") as ctx:
        by_incident = trends.ask(ctx, trends.TrendQuestion(**PERIOD))
        by_person = trends.ask(ctx, trends.TrendQuestion(**PERIOD, unit="persons"))
    kinds = {row.code: row.amount.used for row in by_incident.spread.get("kind", ())}
    return {
        "incidents": by_incident.total.used,
        "persons": by_person.total.used,
        "kinds": {kind: kinds.get(kind, 0) for kind in KINDS},
        "left out": by_incident.left_out,
    }


WORDS = {"arrest": "Apprehension", "threat": "Threat", "fine": "Fine"}


def in_files(world: World, unit: str) -> Grid:
    """The table of kinds as CSV, XLSX, DOCX and PDF: the same cells in each."""
    asked = {"f": "01.2001", "t": "12.2001", "b": counting.KIND, "u": unit, "d": INSIDE, "purpose": "Recount"}
    coordinator = Browser(world, "coordinator")
    data = {form: bytes(coordinator.post("/t/x", **asked, x=form).data) for form in exports.FORMS}
    grid = from_csv(data[exports.CSV])
    assert from_xlsx(data[exports.XLSX]) == grid
    assert from_docx(data[exports.DOCX]) == grid
    assert is_in_pdf(grid, data[exports.PDF])
    return grid


def same_everywhere(world: World, recorded: dict[str, object], unit: str) -> None:
    """The page as it is served, and every file, have the numbers that were counted by hand."""
    text = Browser(world, "coordinator").get("/t?f=01.2001&t=12.2001").text
    kinds = recorded["kinds"]
    assert isinstance(kinds, dict)
    by_hand = {(WORDS[kind], "Total"): str(number) for kind, number in kinds.items() if number}
    by_hand[("Total", "Total")] = str(recorded["incidents"])
    shown = from_page(text, WORDS.values(), ["2001"])
    assert by_hand.items() <= shown.items()
    if unit == counting.INCIDENTS:
        assert shown.items() <= in_files(world, unit).items()
    else:
        assert used_of(in_files(world, unit)["Total", "Total"]) == recorded["persons"]


def used_of(figure: str) -> int:
    """The number that is used of a figure: of 5 it is 5, of 3–9 (5) as well; 0 of one that is not known."""
    known = re.fullmatch(r"(?:\d+–\d+ \((\d+)\)|(\d+))(; not known in \d+)?", figure)
    return int(known[1] or known[2]) if known else 0


def told(world: World, seed: int, steps: int) -> None:
    story = Story(world=world, draw=Random(seed))
    before = page(world)["left out"]
    story.begin()
    for number in range(steps):
        story.step()
        if number % 4 == 3:
            here, by_hand = page(world), story.recount()
            here["left out"] -= before  # type: ignore[operator]
            assert here == by_hand, (seed, number)
    recorded = story.recount()
    if recorded["incidents"]:
        same_everywhere(world, recorded, (counting.INCIDENTS, counting.PERSONS)[seed % 2])


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Segments so small that each fold leaves some as they are."""
    monkeypatch.setattr(fact_segments, "MOST_STATEMENTS", 12)
    monkeypatch.setattr(fact_segments, "MOST_REWRITTEN", 2)


@pytest.mark.parametrize("seed", range(1, 13))
def test_the_page_equals_a_naive_recount(sqlite_world: World, seed: int) -> None:
    told(sqlite_world, seed, 12)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 2100))
def test_the_page_equals_a_naive_recount_in_many_stories(sqlite_world: World, seed: int) -> None:
    told(sqlite_world, seed, 24)
