"""What a filed paper says: no working note of ours, everybody's copy, all authorities, the facts of a day in order."""

from dataclasses import replace
from datetime import date

import pytest
from hrd_world import World

from hrd_cases.domain.dates import parse
from hrd_cases.domain.hearings import Hearing
from hrd_cases.domain.legal_actions import ActionCounsel, ActionParty, Charge, LegalAction
from hrd_cases.domain.paper_matter import FactPlan
from hrd_cases.domain.papers import Language, SharedCase
from hrd_cases.render.words import PaperWords
from hrd_cases.services.drafting.filed import (
    authority,
    files_as,
    hold_filed,
    in_order,
    proceeding,
    with_end,
    without_notes,
)
from hrd_cases.services.drafting.plans import PaperStart, PositionPlan
from hrd_cases.services.papers import papers
from hrd_cases.services.records import records

NOTES = ("Один источник", "Single source", "Жалғыз дереккөз", "Ещё не состоялось", "Неизвестно", "Not yet held")
NOTES += ("Признано доказанным", "Proven", "сведений о представителе", "Прошло без нас")


@pytest.mark.parametrize(
    ("typed", "filed"),
    [
        ("Шахтёры (один источник) не вышли.", "Шахтёры не вышли."),
        ("Вышли. (ОДИН  ИСТОЧНИК)", "Вышли."),
        ("They stayed [Single source].", "They stayed."),
        ("Олар қалды (жалғыз дереккөз).", "Олар қалды."),
        ("Срок (15 дней) и (по словам истца) не нарушен.", "Срок (15 дней) и (по словам истца) не нарушен."),
    ],
)
def test_marks_of_certainty_stay_with_us(typed: str, filed: str) -> None:
    assert without_notes(typed) == filed


def test_a_paper_speaks_of_no_hearing_that_is_still_to_come() -> None:
    def hearing(day: int, outcome: str) -> Hearing:
        return Hearing(on=date(2017, 12, day), at="10:00", room="Зал", notified="sms", outcome=outcome)

    existing = [hearing(1, "held"), hearing(2, "unknown"), hearing(3, "planned"), hearing(20, "held")]
    assert hold_filed(existing, date(2017, 12, 15)) == existing[:2]
    assert hold_filed(existing, None) == [*existing[:2], existing[3]]


def test_facts_of_one_day_stand_in_the_order_they_were_given() -> None:
    def fact(text: str, when: str, order: int | None = None) -> FactPlan:
        return FactPlan(use=True, text=text, when=parse(when) if when else None, order=order)

    facts = [fact("e", ""), fact("c", "15.12.2017"), fact("b", "15.12.2017", 2), fact("a", "15.12.2017", 1)]
    facts.append(fact("d", "16.12.2017"))
    assert "".join(item.text for item in in_order(facts)) == "abcde"


def test_an_authority_has_one_style_of_dates_and_its_end_once() -> None:
    power = ActionCounsel(authority="power_of_attorney", number="7", dated=date(2026, 7, 31), expires=date(2027, 8, 2))
    text = with_end(authority(power, Language.RU), power.expires, Language.RU)
    written = "Доверенность № 7 от 31 июля 2026 г., действует до 2 августа 2027 г."
    assert plain(text) == written
    assert with_end(text, power.expires, Language.RU) == text
    for typed in ("Доверенность, действует до 02.08.2027", "Доверенность до 2 августа 2027 г."):
        assert with_end(typed, power.expires, Language.RU) == typed
    assert plain(authority(ActionCounsel(authority="unknown", number="7"), Language.EN)) == "No. 7"
    assert authority(ActionCounsel(authority="none_yet"), Language.RU) == ""


def test_heads_are_called_by_the_kind_of_proceeding() -> None:
    kinds = ("civil_suit", "criminal_prosecution", "administrative_offence", "")
    result = [proceeding(LegalAction(title="", kind=kind)) for kind in kinds]
    assert result == ["", "criminal", "offence", ""]
    for language in Language:
        heads = [PaperWords(language=language, kind=kind)["heads"] for kind in ("", "criminal", "offence")]
        assert len(set(heads)) == 3


def test_the_lawyer_files_and_says_for_whom_in_the_language_of_the_paper() -> None:
    text = [files_as("Лана", ["A", "B", "A", ""], language) for language in Language]
    assert all("Лана" in item and "A, B" in item for item in text)
    assert len(set(text)) == len(Language)
    assert files_as("Лана", [], Language.RU) == "Лана"


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def full_case(world: World) -> None:
    """A claim with co-respondents, three powers of attorney, outcomes and marks that are for us alone."""
    case, action = world.strike.case, world.strike.records["action"]
    with world.writing("lana") as ctx:
        stored = records.read(ctx, case, action)
        sides = {"АО «Шахта»": "opposing", "Профсоюз 1": "neutral", "Профсоюз 2": "neutral", "Лидер А": "ours"}
        parties = [ActionParty(name=name, role="respondent", side=side) for name, side in sides.items()]
        parties.append(ActionParty(name="Суд", side="court"))
        powers = tuple(
            ActionCounsel(colleague=world.user("lana"), acts_for=name, authority="power_of_attorney", number=number)
            for name, number in (("Лидер А", "1"), ("Лидер Б", "2"), ("Лидер В", "3"))
        )
        claim = Charge(text="Признать забастовку незаконной", status="proven", position="denied")
        value = replace(
            stored.value, kind="civil_suit", side="respondent", parties=tuple(parties), counsel=powers,
            charges=(claim,), custody=(), filings=(), decisions=(), counsel_of_record=(world.user("lana"),),
        )  # fmt: skip
        records.save(ctx, case, action, value, stored.versions)
        for room, of, outcome in (
            ("Наш зал", action, "unknown"),
            ("Без дела", "", "held"),
            ("Ждём", action, "planned"),
        ):
            hearing = Hearing(on=date(2017, 12, 15), at="16:00", room=room, notified="sms", action=of, outcome=outcome)
            records.create(ctx, case, hearing)


def drafted(world: World, language: str) -> tuple[SharedCase, str]:
    start = PaperStart(title="Отзыв", action=world.strike.records["action"], language=language, variant="full")
    with world.writing("lana") as ctx:
        paper = papers.begin(ctx, world.strike.case, start)
        desk = papers.desk(ctx, world.strike.case, paper)
        facts = (FactPlan(use=True, text="Смена не вышла (один источник).", when=parse("14.12.2017")),)
        papers.save_matter(ctx, world.strike.case, paper, replace(desk.plan.matter, facts=facts), desk.stored.versions)
    with world.writing("lana") as ctx:
        desk = papers.desk(ctx, world.strike.case, paper)
        law = PositionPlan(
            head="Требование", stance="denied", grounds="Срок.", law="ст. 176 ТК, ред. 2017 г.\nст. 8 ГПК"
        )
        filing = replace(desk.plan.filing, positions=(law,))
        papers.save_filing(ctx, world.strike.case, paper, filing, desk.stored.versions)
    with world.reading("lana") as ctx:
        return papers.desk(ctx, world.strike.case, paper).thinned.case, paper


@pytest.mark.parametrize("language", ["ru", "kk", "en"])
def test_no_working_note_enters_a_paper_and_everybody_gets_a_copy(sqlite_world: World, language: str) -> None:
    full_case(sqlite_world)
    case, _paper = drafted(sqlite_world, language)
    text = repr(case)
    assert not [note for note in NOTES if note.casefold() in text.casefold()]
    assert [step.forum for step in case.history] == ["Наш зал"]
    assert case.history[0].result is None
    assert case.filing.copies_for == ("АО «Шахта»", "Профсоюз 1", "Профсоюз 2")
    assert [number in case.filing.authority for number in "123"] == [True, True, True]
    assert case.filing.positions[0].law == ("ст. 176 ТК, ред. 2017 г.", "ст. 8 ГПК")
    assert all(name in case.filing.filed_by for name in ("Лидер А", "Лидер Б", "Лидер В"))
