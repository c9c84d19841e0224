"""A paper for the court, from a kept case to the frozen version that proves itself."""

import hashlib
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hrd_world import NOW, World
from pypdf import PdfReader
from sqlalchemy import delete, select

from hrd_cases.domain.cases import Case
from hrd_cases.domain.consents import Consent
from hrd_cases.domain.dates import parse
from hrd_cases.domain.errors import Changed, Forbidden, NotFound, RuleBroken
from hrd_cases.domain.evidence import Evidence
from hrd_cases.domain.exhibit_references import ExhibitReference
from hrd_cases.domain.incidents import ChainLink, Incident
from hrd_cases.domain.legal_actions import ActionCounsel, ActionParty, Charge, Decision
from hrd_cases.domain.paper_matter import ExhibitPlan, FactPlan
from hrd_cases.domain.papers import Language
from hrd_cases.domain.people import Name, Person
from hrd_cases.domain.redaction import Choice, Recipient
from hrd_cases.render.failure import BuildFailed
from hrd_cases.render.reading import bare
from hrd_cases.render.verify import embed_seal, split_seal
from hrd_cases.services import desk
from hrd_cases.services.casework import cases, people
from hrd_cases.services.drafting.drafts import Drafting
from hrd_cases.services.drafting.plans import PaperStart, SectionPlan
from hrd_cases.services.drafting.sources import gather, open_for_paper
from hrd_cases.services.evidence import uploads
from hrd_cases.services.papers import jobs, page_ticks, paper_lists, papers, releasing, seals
from hrd_cases.services.papers.seals import CHANGED, OTHER_ROOT, UNCHANGED, UNCHECKED, UNSEALED, root_words
from hrd_cases.services.records import records
from hrd_cases.services.sharing import sharing
from hrd_cases.store import tables
from tests.render.strike_sample import photo, scan

LEADER = "Әлібек Сынақов"


def take_in(world: World, title: str, *files: tuple[str, bytes], name: str = "lana", **more: Any) -> str:
    """Files of one exhibit."""
    intake = uploads.begin(world.runtime, world.session(name), world.now, case=world.strike.case)
    for label, data in files:
        incoming = intake.begin_file(label, "image/jpeg")
        incoming.write(data)
        intake.finish_file(incoming, world.now)
    return intake.keep(Evidence(title=title, kind="document", **more), world.now)[0]


def leader(world: World) -> None:
    """Give the person of the strike case the name that protected papers must not show."""
    with world.writing("lana") as ctx:
        stored = people.read(ctx, world.strike.person)
        value = Person(
            pseudonym="Лидер шахтёров А", names=(Name(name=LEADER), Name(name="Алибек Сынаков")), roles=("client",)
        )
        people.save(ctx, world.strike.person, value, stored.versions)


def proceeding(world: World) -> None:
    """A civil claim of the company against the leader, with Lana as counsel of record."""
    action = world.strike.records["action"]
    with world.writing("lana") as ctx:
        stored = records.read(ctx, world.strike.case, action)
        parties = (
            ActionParty(name="АО «Шахта»", company=world.company, role="claimant", side="opposing"),
            ActionParty(
                name=LEADER, person=world.strike.person, role="respondent", side="ours", served_at="г. Шахтинск, д. 1"
            ),
        )
        claim = Charge(text="Признать забастовку незаконной", position="denied", grounds="Срок не нарушен.")
        decisions = (Decision(kind="ruling", on=date(2017, 12, 15), text="Забастовка приостановлена"),)
        value = replace(
            stored.value, title="Иск", side="respondent", parties=parties, charges=(claim,), decisions=decisions,
            custody=(), filings=(), people=(world.strike.person,), counsel_of_record=(world.user("lana"),),
        )  # fmt: skip
        records.save(ctx, world.strike.case, action, value, stored.versions)


def consent(world: World, answer: str, at: str = "", name: str = "lana", case: str = "") -> None:
    """What the leader said about the court."""
    text = {"said_on": world.now.date(), "said_at": at, "form": "signed", "keep": "yes", "court": answer}
    with world.writing(name) as ctx:
        records.create(ctx, case or world.strike.case, Consent(person=world.strike.person, **text))


def begun(world: World, variant: str = "full", language: str = "ru") -> str:
    """A paper with a chronology, a passage naming the leader, and two exhibits."""
    leader(world)
    proceeding(world)
    photos = take_in(world, "Записи бригады", *((f"{at}.jpg", photo({}, at, size=(600, 800))) for at in range(1, 4)))
    claim = take_in(world, "Иск с подписями", ("claim.pdf", scan(2)))
    start = PaperStart(title="Отзыв", action=world.strike.records["action"], language=language, variant=variant)
    with world.writing("lana") as ctx:
        paper = papers.begin(ctx, world.strike.case, start)
    with world.writing("lana") as ctx:
        desk = papers.desk(ctx, world.strike.case, paper)
        filing = replace(
            desk.plan.filing,
            court="Специализированный межрайонный экономический суд",
            case_number="2-0000/2017",
            filed_by="адвокат Лана",
            authority="ордер № 17",
            signatory="Лана",
            requests="Отказать в удовлетворении иска полностью",
            sections=(
                SectionPlan(heading="Обстоятельства", text=f"{LEADER} к забастовке не призывал.", exhibits=(claim,)),
                SectionPlan(heading="Об уведомлении", text="Суд известил по SMS."),
            ),
        )
        papers.save_filing(ctx, world.strike.case, paper, filing, desk.stored.versions)
    with world.writing("lana") as ctx:
        desk = papers.desk(ctx, world.strike.case, paper)
        matter = replace(
            desk.plan.matter,
            facts=(
                FactPlan(
                    use=True,
                    when=parse("14.12.2017"),
                    text="Шахтёры не вышли на поверхность.",
                    exhibits=(ExhibitReference(exhibit=photos, pages=(2,)),),
                ),
                FactPlan(use=False, when=parse("2016"), text="Это не для суда."),
            ),
            exhibits=(
                ExhibitPlan(use=True, evidence=photos, order=2),
                ExhibitPlan(use=True, evidence=claim, order=1, pages="2"),
            ),
        )
        papers.save_matter(ctx, world.strike.case, paper, matter, desk.stored.versions)
    return paper


def build(world: World, paper: str, name: str = "lana") -> jobs.Job:
    return papers.build_blocking(world.runtime, world.session(name), world.now, world.strike.case, paper)


def text_of(pdf: bytes) -> str:
    return bare("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


def released(world: World, paper: str, name: str = "dossier.pdf") -> bytes:
    """A file of a released paper, as a colleague on the case gets it."""
    with world.reading("luka") as ctx:
        files = papers.view(ctx, world.strike.case, paper).files
        at = next(number for number, file in enumerate(files, start=1) if file.name == name)
        return b"".join(releasing.released_file(ctx, world.strike.case, paper, at).pieces)


def test_a_paper_of_a_real_case_is_built_released_and_proves_itself(world: World) -> None:
    consent(world, "yes")
    paper = begun(world)
    job = build(world, paper)
    assert job.built is not None
    number = releasing.release(world.runtime, world.session("lana"), world.now, world.strike.case, paper)
    assert number == 1
    pdf = released(world, paper)
    text = text_of(pdf)
    for wording in (
        "Отказать в удовлетворении иска полностью",
        LEADER,
        "Шахтёры не вышли на поверхность",
        "прил. 2, л. 7",
    ):
        assert bare(wording) in text or wording.startswith("прил."), wording
    assert bare("Это не для суда") not in text
    root = root_words(world.runtime.pins.root_public)
    assert seals.check(pdf, root).text == UNCHANGED
    assert seals.check(pdf, root).good
    assert seals.check(pdf).text == UNCHECKED
    assert (seals.check(pdf, ("amber",) * 8).text, seals.check(pdf, ("amber",) * 8).good) == (OTHER_ROOT, False)
    assert seals.check(released(world, paper, "annex.pdf"), root).good
    assert "hrd-cases/" in seals.check(pdf).checkpoint


def test_a_paper_built_again_takes_what_was_kept_and_prints_what_changed(sqlite_world: World) -> None:
    consent(sqlite_world, "yes")
    paper = begun(sqlite_world)
    before = build(sqlite_world, paper)
    with sqlite_world.writing("lana") as ctx:
        desk = papers.desk(ctx, sqlite_world.strike.case, paper)
        fact = replace(desk.plan.matter.facts[0], text="Шахтёры поднялись на поверхность.")
        matter = replace(desk.plan.matter, facts=(fact, *desk.plan.matter.facts[1:]))
        papers.save_matter(ctx, sqlite_world.strike.case, paper, matter, desk.stored.versions)
    after = build(sqlite_world, paper)
    assert before.built is not None
    assert after.built is not None
    assert bare("Шахтёры поднялись на поверхность") in text_of(after.built.main_pdf)
    assert bare("Шахтёры не вышли") not in text_of(after.built.main_pdf)
    with jobs.JOBS.of(sqlite_world.runtime) as kept:
        kept[paper].kept = b"nothing that was kept"
    with pytest.raises(BuildFailed):
        build(sqlite_world, paper)


def test_one_flipped_byte_anywhere_is_noticed(sqlite_world: World) -> None:
    world = sqlite_world
    consent(world, "yes")
    paper = begun(world)
    build(world, paper)
    releasing.release(world.runtime, world.session("lana"), world.now, world.strike.case, paper)
    pdf = released(world, paper)
    for at in [*range(0, len(pdf), len(pdf) // 60), len(pdf) - 16_000, len(pdf) - 3]:
        altered = bytearray(pdf)
        altered[at] ^= 1
        verdict = seals.check(bytes(altered), root_words(world.runtime.pins.root_public))
        assert (verdict.good, verdict.text in (CHANGED, UNSEALED)) == (False, True), at
    assert not seals.check(pdf + b"\n%more\n").good
    _covered, seal = split_seal(pdf)
    for at in range(0, len(seal), 5):  # its certificates and the checkpoint, too
        altered = bytearray(seal)
        altered[at] ^= 1
        verdict = seals.check(embed_seal(pdf, lambda _covered, altered=altered: bytes(altered)))
        assert (verdict.good, verdict.text) == (False, CHANGED), at


def test_a_missing_consent_names_person_and_scope_and_stops_the_paper(sqlite_world: World) -> None:
    paper = begun(sqlite_world)
    with sqlite_world.reading("lana") as ctx:
        missing = papers.desk(ctx, sqlite_world.strike.case, paper).missing
    assert [(item.label, item.scope.value, item.answer.value) for item in missing] == [(LEADER, "C4", "no")]
    with pytest.raises(RuleBroken):
        build(sqlite_world, paper)


@pytest.mark.parametrize(("choice", "shown", "absent"), [
    (Choice.PSEUDONYM, "Лидер шахтёров А", LEADER),
    (Choice.LEAVE_OUT, "Суд известил по SMS", LEADER),
])  # fmt: skip
def test_without_consent_a_person_gets_a_pseudonym_or_is_left_out(
    sqlite_world: World, choice: Choice, shown: str, absent: str
) -> None:
    paper = begun(sqlite_world)
    with sqlite_world.writing("lana") as ctx:
        papers.decide(ctx, sqlite_world.strike.case, paper, sqlite_world.strike.person, choice.value, "")
    job = build(sqlite_world, paper)
    assert job.built is not None
    text = text_of(job.built.main_pdf)
    assert bare(shown) in text
    assert bare(absent) not in text


def override(world: World, paper: str, reason: str = "In custody; the term ends tomorrow") -> str:
    """Lana asks to name the leader without consent; the mark of what a second person reads."""
    case, person = world.strike.case, world.strike.person
    with world.writing("lana") as ctx:
        papers.decide(ctx, case, paper, person, Choice.OVERRIDE.value, reason)
    with world.reading("luka") as ctx:
        request = papers.view(ctx, case, paper).plan.of(person)
    assert request is not None
    return request.mark


def agreed(world: World, paper: str) -> None:
    """Lana asks to name the leader without consent, and a second person agrees."""
    mark = override(world, paper)
    with world.writing("luka") as ctx:
        papers.agree(ctx, world.strike.case, paper, world.strike.person, mark)


def test_an_override_waits_for_a_second_person_who_is_not_oneself(sqlite_world: World) -> None:
    world, case, person = sqlite_world, sqlite_world.strike.case, sqlite_world.strike.person
    paper = begun(world)
    with pytest.raises(RuleBroken), world.writing("lana") as ctx:
        papers.decide(ctx, case, paper, person, Choice.OVERRIDE.value, " ")
    mark = override(world, paper)
    with pytest.raises(RuleBroken):
        build(world, paper)
    with pytest.raises(Forbidden), world.writing("lana") as ctx:
        papers.agree(ctx, case, paper, person, mark)
    for name, refusal in (("outsider", NotFound), ("external", Forbidden)):
        with pytest.raises(refusal), world.writing(name) as ctx:
            papers.agree(ctx, case, paper, person, mark)
    with pytest.raises(RuleBroken, match="while you read it"), world.writing("luka") as ctx:
        papers.agree(ctx, case, paper, person, "0" * 32)
    with world.writing("luka") as ctx:
        papers.agree(ctx, case, paper, person, mark)
    job = build(world, paper)
    assert job.built is not None
    assert bare(LEADER) in text_of(job.built.main_pdf)


@pytest.mark.parametrize("change", ["passage", "recipient", "exhibit"])
def test_an_override_holds_for_the_text_and_reader_it_was_given_for(sqlite_world: World, change: str) -> None:
    world, case, person = sqlite_world, sqlite_world.strike.case, sqlite_world.strike.person
    paper = begun(world)
    agreed(world, paper)
    with world.writing("lana") as ctx:
        here = papers.desk(ctx, case, paper)
        assert (here.missing, here.outdated) == ((), ())
        filing, matter = here.plan.filing, here.plan.matter
        if change == "passage":
            more = SectionPlan(heading="Ещё", text=f"{LEADER} был в забое.")
            papers.save_filing(
                ctx, case, paper, replace(filing, sections=(*filing.sections, more)), here.stored.versions
            )
        if change == "recipient":
            papers.save_filing(ctx, case, paper, replace(filing, profile="partner"), here.stored.versions)
        if change == "exhibit":
            visited = tuple(replace(exhibit, seen=(person,)) for exhibit in matter.exhibits)
            papers.save_matter(ctx, case, paper, replace(matter, exhibits=visited), here.stored.versions)
    with world.reading("lana") as ctx:
        here = papers.desk(ctx, case, paper)
    assert [item.person for item in here.outdated] == [person]
    assert {item.person for item in here.missing} == {person}
    with pytest.raises(RuleBroken):
        build(world, paper)
    agreed(world, paper)
    with world.reading("lana") as ctx:
        assert papers.desk(ctx, case, paper).missing == ()


def test_a_text_without_the_person_leaves_the_override_as_it_is(sqlite_world: World) -> None:
    world, case = sqlite_world, sqlite_world.strike.case
    paper = begun(world)
    agreed(world, paper)
    with world.writing("lana") as ctx:
        here = papers.desk(ctx, case, paper)
        filing = replace(here.plan.filing, place="Караганда")
        papers.save_filing(ctx, case, paper, filing, here.stored.versions)
    with world.reading("lana") as ctx:
        assert papers.desk(ctx, case, paper).missing == ()


def approve(world: World, paper: str, *texts: str) -> None:
    """Let these texts stand in the protected version."""
    with world.writing("lana") as ctx:
        here = papers.desk(ctx, world.strike.case, paper)
        marks = [item.mark for item in here.to_approve if item.text in texts]
        assert len(marks) == len(texts)
        papers.approve(ctx, world.strike.case, paper, marks, marks)


def see(world: World, paper: str, *exhibits: str) -> None:
    """Look at every page of these exhibits and let them all stand in the paper."""
    for exhibit in exhibits:
        with world.reading("lana") as ctx:
            visited = page_ticks.look(ctx, world.strike.case, paper, exhibit, 60.0)
        assert visited.pages
        assert not visited.waiting
        marks = [page.mark for page in visited.pages]
        with world.writing("lana") as ctx:
            page_ticks.approve(ctx, world.strike.case, paper, exhibit, marks, marks)


def exhibits_of(world: World, paper: str) -> list[str]:
    """The exhibits of a paper in their order."""
    with world.reading("lana") as ctx:
        return [exhibit.id for exhibit in papers.desk(ctx, world.strike.case, paper).draft.case.exhibits]


REQUIRED = (
    *("Специализированный межрайонный экономический суд", "адвокат Лана", "Лана"),
    "Отказать в удовлетворении иска полностью",
)


def test_the_protected_version_holds_no_name_and_only_what_was_approved(sqlite_world: World) -> None:
    world = sqlite_world
    paper = begun(world, variant="protected")
    with pytest.raises(RuleBroken, match="requires"):
        build(world, paper)
    approve(world, paper, *REQUIRED, "Суд известил по SMS.")
    see(world, paper, exhibits_of(world, paper)[1])
    job = build(world, paper)
    assert job.built is not None
    absent = ("Алибек Сынаков", "к забастовке не призывал", "Иск с подписями", "Записи бригады")
    absent += ("ордер № 17", "2-0000/2017", "Шахта")
    for text in (text_of(job.built.main_pdf), *(text_of(data) for _, data in job.built.parts)):
        for hidden in (LEADER, *absent):
            assert bare(hidden) not in text
    assert bare("Суд известил по SMS") in text_of(job.built.main_pdf)
    assert list(job.built.manifest.first_pages) == ["2"]  # it stands under a neutral title
    left_out = {(item.place, item.text, item.why) for item in job.order.thinned.left_out}
    assert {
        ("Party.name", "АО «Шахта»", "unapproved"),
        ("Filing.authority", "ордер № 17", "unapproved"),
        ("Filing.case_number", "2-0000/2017", "unapproved"),
        ("Exhibit.title", "Иск с подписями", "exhibit"),
        ("Section.paragraphs", f"{LEADER} к забастовке не призывал.", "unapproved"),
    } <= left_out


def test_an_approval_holds_for_these_words_and_this_recipient_alone(sqlite_world: World) -> None:
    world, case = sqlite_world, sqlite_world.strike.case
    paper = begun(world, variant="protected")
    approve(world, paper, *REQUIRED)

    def change(**new: str) -> set[str]:
        with world.writing("lana") as ctx:
            here = papers.desk(ctx, case, paper)
            papers.save_filing(ctx, case, paper, replace(here.plan.filing, **new), here.stored.versions)
        with world.reading("lana") as ctx:
            return {item.text for item in papers.desk(ctx, case, paper).to_approve if item.approved}

    assert change(place="Караганда") == set(REQUIRED)
    assert change(requests=f"{REQUIRED[3]} к Сынакову") == set(REQUIRED[:3])
    assert change(requests=REQUIRED[3]) == set(REQUIRED)
    assert change(profile="common_law_court") == set(REQUIRED)


def test_a_released_paper_cannot_be_changed_by_any_door(sqlite_world: World) -> None:
    world, case = sqlite_world, sqlite_world.strike.case
    consent(world, "yes")
    paper = begun(world)
    build(world, paper)
    session = world.session("lana")
    releasing.release(world.runtime, session, world.now, case, paper)
    digest = hashlib.sha256(released(world, paper)).hexdigest()
    with world.reading("lana") as ctx:
        stored = records.read(ctx, case, paper)
    doors: tuple[Callable[[Any], object], ...] = (
        lambda ctx: papers.desk(ctx, case, paper),
        lambda ctx: papers.decide(ctx, case, paper, world.strike.person, Choice.PSEUDONYM.value, ""),
        lambda ctx: papers.order(ctx, case, paper),
        lambda ctx: records.save(ctx, case, paper, replace(stored.value, title="Another"), stored.versions),
    )
    for door in doors:
        with pytest.raises(RuleBroken), world.writing("lana") as ctx:
            door(ctx)
    with pytest.raises(RuleBroken):
        releasing.release(world.runtime, session, world.now, case, paper)
    assert hashlib.sha256(released(world, paper)).hexdigest() == digest


def test_papers_of_a_case_are_numbered_in_the_order_of_their_release(sqlite_world: World) -> None:
    world, case = sqlite_world, sqlite_world.strike.case
    consent(world, "yes")
    first, second = begun(world), begun(world)
    session = world.session("lana")
    build(world, first)
    build(world, second)
    assert releasing.release(world.runtime, session, world.now, case, second) == 1
    with pytest.raises(RuleBroken):  # its pages say number 1, which is taken
        releasing.release(world.runtime, session, world.now, case, first)
    build(world, first)
    assert releasing.release(world.runtime, session, world.now, case, first) == 2


def test_only_what_was_built_last_can_be_released(sqlite_world: World) -> None:
    world, case = sqlite_world, sqlite_world.strike.case
    consent(world, "yes")
    paper = begun(world)
    with pytest.raises(RuleBroken):
        releasing.release(world.runtime, world.session("lana"), world.now, case, paper)
    build(world, paper)
    with world.writing("lana") as ctx:
        here = papers.desk(ctx, case, paper)
        filing = replace(here.plan.filing, requests="Иное")
        papers.save_filing(ctx, case, paper, filing, here.stored.versions)
    with pytest.raises(RuleBroken):
        releasing.release(world.runtime, world.session("lana"), world.now, case, paper)


@pytest.mark.parametrize(
    ("name", "refusal"),
    [("anna", Forbidden), ("luka", Forbidden), ("external", Forbidden), ("outsider", NotFound), ("auditor", NotFound)],
)
def test_nobody_but_the_counsel_of_record_prepares_a_paper(
    sqlite_world: World, name: str, refusal: type[Exception]
) -> None:
    world, case = sqlite_world, sqlite_world.strike.case
    paper = begun(world)
    start = PaperStart(title="Mine", action=world.strike.records["action"], language="ru", variant="full")
    doors: tuple[Callable[[Any], object], ...] = (
        lambda ctx: papers.begin(ctx, case, start),
        lambda ctx: papers.desk(ctx, case, paper),
        lambda ctx: papers.order(ctx, case, paper),
        lambda ctx: paper_lists.counsel_actions(ctx, case),
    )
    for door in doors:
        with pytest.raises(refusal), world.writing(name) as ctx:
            door(ctx)


def test_two_lawyers_do_not_overwrite_each_others_choices(sqlite_world: World) -> None:
    world, case = sqlite_world, sqlite_world.strike.case
    paper = begun(world)
    with world.reading("lana") as ctx:
        desk = papers.desk(ctx, case, paper)
    with world.writing("lana") as ctx:
        papers.save_filing(ctx, case, paper, replace(desk.plan.filing, place="Караганда"), desk.stored.versions)
    with pytest.raises(Changed), world.writing("lana") as ctx:
        papers.save_filing(ctx, case, paper, replace(desk.plan.filing, place="Астана"), desk.stored.versions)


def test_an_exhibit_altered_in_the_store_stops_the_paper_and_is_named(sqlite_world: World) -> None:
    world = sqlite_world
    consent(world, "yes")
    paper = begun(world)
    with world.reading("lana") as ctx:
        source = papers.desk(ctx, world.strike.case, paper).source
        blob = next(source.files(item)[0].blob for item in source.evidence if source.files(item))
    path = world.folder / "evidence" / blob[:2] / blob[2:4] / blob
    raw = bytearray(path.read_bytes())
    raw[100] ^= 1
    path.write_bytes(raw)
    with pytest.raises(BuildFailed) as failed:
        build(world, paper)
    assert failed.value.code == "exhibit_altered"
    assert failed.value.exhibit in ("1", "2")


def test_a_picture_of_fifty_thousand_pixels_goes_by_its_hash_and_stops_nothing(sqlite_world: World) -> None:
    world = sqlite_world
    consent(world, "yes")
    paper = begun(world)
    bomb = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (50_000).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0" + bytes(200)
    bad = take_in(world, "Бомба", ("b.png", bomb))
    with world.writing("lana") as ctx:
        desk = papers.desk(ctx, world.strike.case, paper)
        more = (*desk.plan.matter.exhibits, ExhibitPlan(use=True, evidence=bad, order=3))
        papers.save_matter(
            ctx, world.strike.case, paper, replace(desk.plan.matter, exhibits=more), desk.stored.versions
        )
    created = build(world, paper)
    assert created.built is not None
    assert [(item.exhibit, item.reason) for item in created.built.manifest.not_printed] == [("3", "broken")]


@pytest.mark.parametrize("kept", ["7-3", "some", "2, 9"])
def test_a_kept_choice_of_pages_that_cannot_be_met_prints_nothing_of_the_exhibit(
    sqlite_world: World, kept: str
) -> None:
    world = sqlite_world
    consent(world, "yes")
    paper = begun(world)
    with world.writing("lana") as ctx:
        desk = papers.desk(ctx, world.strike.case, paper)
        chosen = tuple(
            replace(exhibit, pages=kept if exhibit.order == 1 else "") for exhibit in desk.plan.matter.exhibits
        )
        papers.save_matter(
            ctx, world.strike.case, paper, replace(desk.plan.matter, exhibits=chosen), desk.stored.versions
        )
    created = build(world, paper)
    assert created.built is not None
    assert [(item.exhibit, item.reason) for item in created.built.manifest.not_printed] == [("1", "pages")]


def test_who_may_not_see_colleagues_is_named_in_the_paper_as_they_sign(sqlite_world: World) -> None:
    world, action = sqlite_world, sqlite_world.strike.records["action"]
    paper = begun(world)
    with world.writing("lana") as ctx:
        stored = records.read(ctx, world.strike.case, action)
        ours = [ActionCounsel(colleague=world.user(item), acts_for=LEADER, number=item) for item in ("lana", "luka")]
        records.save(ctx, world.strike.case, action, replace(stored.value, counsel=tuple(ours)), stored.versions)
    with world.reading("lana") as ctx:
        plan = papers.desk(ctx, world.strike.case, paper).plan
        source = gather(ctx, open_for_paper(ctx, world.strike.case, action), action)
    for colleagues, names in ((source.colleagues, ("Lana Person", "Luka Person")), ({}, ("Лана", ""))):
        draft = Drafting(replace(source, colleagues=colleagues), plan, Language.RU, Recipient.COURT).draft()
        by_name = [item.name.pieces for party in draft.case.parties for item in party.counsel]
        assert by_name == [(name,) if name else () for name in names]


def test_every_step_of_a_paper_is_in_the_log_of_the_case(sqlite_world: World) -> None:
    world = sqlite_world
    consent(world, "yes")
    with world.runtime.database.reading() as work:
        before = work.log.head().size
    paper = begun(world)
    build(world, paper)
    releasing.release(world.runtime, world.session("lana"), world.now, world.strike.case, paper)
    with world.runtime.database.reading() as work:
        assert work.log.head().size > before + 6


# --- answers that change ---------------------------------------------------------------------------------------------


def test_a_no_in_another_teams_case_stops_a_paper_here(sqlite_world: World) -> None:
    world = sqlite_world
    consent(world, "yes", "09:00")
    paper = begun(world)
    with world.writing("anna") as ctx:
        other = cases.create(ctx, Case(title="Another matter"))
        people.link(ctx, world.strike.person, other)
    with world.writing("anna") as ctx:
        sharing.share(ctx, other, world.user("outsider"), "lead")
    with world.reading("lana") as ctx:
        assert papers.desk(ctx, world.strike.case, paper).missing == ()
    consent(world, "no", "12:00", "outsider", other)
    with world.reading("lana") as ctx:
        missing = papers.desk(ctx, world.strike.case, paper).missing
    assert [(item.scope.value, item.answer.value) for item in missing] == [("C4", "no")]


def test_where_something_a_person_said_does_not_open_no_yes_counts(sqlite_world: World) -> None:
    """A no may be what somebody with the database took out."""
    world = sqlite_world
    consent(world, "yes", "09:00")
    paper = begun(world)
    with world.runtime.database.writing() as work:
        gone = select(tables.records.c.id).where(
            tables.records.c.vault_id == world.strike.person, tables.records.c.id != world.strike.person
        )
        first = work.connection.scalars(gone.order_by(tables.records.c.id)).first()
        work.connection.execute(delete(tables.records).where(tables.records.c.id == first))
    with world.reading("lana") as ctx:
        missing = papers.desk(ctx, world.strike.case, paper).missing
    assert [item.scope.value for item in missing] == ["C4"]


def test_an_answer_that_changes_between_building_and_release_stops_the_release(sqlite_world: World) -> None:
    world, session = sqlite_world, sqlite_world.session("lana")
    consent(world, "yes", "09:00")
    paper = begun(world)
    build(world, paper)
    consent(world, "no", "10:00")
    with pytest.raises(RuleBroken, match="answer changed"):
        releasing.release(world.runtime, session, world.now, world.strike.case, paper)
    consent(world, "yes", "11:00")
    assert releasing.release(world.runtime, session, world.now, world.strike.case, paper) == 1


def test_a_released_paper_is_to_be_recalled_once_somebody_it_names_says_no(sqlite_world: World) -> None:
    world, case = sqlite_world, sqlite_world.strike.case
    consent(world, "yes", "09:00")
    paper = begun(world)
    build(world, paper)
    releasing.release(world.runtime, world.session("lana"), world.now, case, paper)

    def marks(name: str) -> list[tuple[str, object]]:
        with world.reading(name) as ctx:
            visible = papers.view(ctx, case, paper).recalled
            listed = [line.recalled for line in paper_lists.listing(ctx, case)]
            assert listed == [bool(visible)] == [bool(desk.view(ctx).recalls)]
        return [(item.name, item.day) for item in visible]

    assert marks("lana") == marks("anna") == []
    withdrawn = Consent(
        person=world.strike.person, said="withdraws", said_on=NOW.date(), said_at="13:30", form="signed"
    )
    with world.writing("anna") as ctx:
        records.create(ctx, case, withdrawn)
    assert marks("lana") == marks("anna") == [(LEADER, NOW.date())]
    consent(world, "yes", "13:40")
    assert marks("lana") == []


def test_events_of_one_day_stand_in_the_order_in_which_one_follows_from_the_other(sqlite_world: World) -> None:
    proceeding(sqlite_world)
    case, day = sqlite_world.strike.case, parse("14.12.2017")
    titles = ["Определение", "Иск", "Забастовка"]
    for at in (4, 2, 5, 1, 3):
        take_in(sqlite_world, f"Лист {at}", (f"{at}.pdf", scan(1)), dated=day)
    for _ in range(4):  # ids are drawn at random
        follows = ""
        for title in reversed(titles):
            chain = (ChainLink(kind="part_of", incident=follows),) if follows else ()
            value = Incident(title=title, when=day, region="KZ-35", kinds=("injunction",), chain=chain)
            with sqlite_world.writing("lana") as ctx:
                follows = records.create(ctx, case, value)
    with sqlite_world.writing("lana") as ctx:
        start = PaperStart(title="Отзыв", action=sqlite_world.strike.records["action"], language="ru", variant="full")
        paper = papers.begin(ctx, case, start)
    with sqlite_world.reading("lana") as ctx:
        exhibits = papers.desk(ctx, case, paper).plan.matter.exhibits
        by_name = [records.read(ctx, case, exhibit.evidence).value.title for exhibit in exhibits]
        facts = papers.desk(ctx, case, paper).plan.matter.facts
        offered = [records.read(ctx, case, fact.incident).value for fact in facts]
    same_day = [item.title for item in offered if item.when == day and item.title in titles]
    assert [title for title in by_name if title[-1].isdigit()] == [f"Лист {at}" for at in range(1, 6)]
    assert same_day == ["Забастовка"] * 4 + ["Иск"] * 4 + ["Определение"] * 4
