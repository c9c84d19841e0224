"""Where people can complain about a buyer, investor or lender: chosen from dated data, shown with how sure it is."""

import re
from html import unescape

from hrd_pages import Visitor
from hrd_world import World

from hrd_cases.domain.companies import Company
from hrd_cases.domain.vocabulary import vocabulary
from hrd_cases.services.records import records

DOORS = ("oecd_ncp", "ifc_cao", "ebrd_ipam", "adb_am", "aiib_ppm", "eu_csddd")


def with_door(world: World, anna: Visitor, door: str) -> str:
    """The page of a company with a lender that has this door."""
    with world.writing("anna") as ctx:
        bank = records.create(ctx, None, Company(name=f"Bank of {door}"))
    typed = {"name": f"Pit of {door}", "links-0-kind": "investor", "links-0-company": bank, "links-0-door": door}
    answer = anna.fill("/o/new", **typed)
    assert answer.status_code == 303, answer.text
    return unescape(re.sub(r"<[^>]+>", " ", anna.get(answer.headers["Location"]).text))


def test_every_door_has_a_remark_a_source_and_no_certainty_that_we_do_not_have() -> None:
    entries = {entry.code: entry for entry in vocabulary("complaint_doors").entries}
    assert tuple(entries) == DOORS
    for entry in entries.values():
        assert entry.doubtful, entry.code
        assert entry.source is not None
        assert all(entry.note_text(language) for language in ("en", "ru", "kk"))
        assert len({entry.note_text(language) for language in ("en", "ru", "kk")}) == 3


def test_the_page_of_a_company_says_where_to_complain_how_sure_that_is_and_when_it_was_read(
    sqlite_world: World,
) -> None:
    anna = Visitor(sqlite_world).enter("anna")
    page = with_door(sqlite_world, anna, "ifc_cao")
    for text in ("IFC: Compliance Advisor Ombudsman (CAO)", "single source", "list checked on 29 November 2026"):
        assert text in page
    assert "an active project of IFC or MIGA" in page
    assert "Bank of ifc_cao" in page


def test_a_directive_without_a_text_read_is_not_verified(sqlite_world: World) -> None:
    page = with_door(sqlite_world, Visitor(sqlite_world).enter("anna"), "eu_csddd")
    assert "not verified" in page
    assert "26 July 2027" in page
