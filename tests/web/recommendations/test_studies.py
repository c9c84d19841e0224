"""Meetings and studies through their pages: methods with consent, what was promised, and their recommendations."""

from datetime import timedelta

import pytest
from hrd_pages import Visitor
from hrd_world import NOW, World

from hrd_cases.domain.dates import parse
from hrd_cases.domain.studies import Study
from hrd_cases.services.records import records

STUDY = {
    "title": "Baseline assessment",
    "kind": "baseline_assessment",
    "on": "2023",
    "methods-0-method": "focus_group",
    "methods-0-how_many": "4",
    "methods-0-who": "Workers of small enterprises",
    "methods-0-consent": "one_for_all",
    "promises-0-what": "A work plan",
    "promises-0-by": "Ministry",
    "promises-0-until": "2024",
}


def test_a_study_says_how_it_was_found_out_and_names_its_recommendations(anna: Visitor) -> None:
    created = anna.fill("/r/s/new", **STUDY)
    assert created.status_code == 303, created.text
    path = created.headers["Location"]
    page = anna.get(path).text
    for words in ("Focus group", "One consent for the whole group", "A work plan", "Ministry"):
        assert words in page
    study = path.rpartition("/")[2]
    made = anna.fill("/r/new", **{"words-en-text": "Adopt a plan", "study": study}).headers["Location"]
    other = anna.fill("/r/new", **{"words-en-text": "Adopt a law"}).headers["Location"]
    assert f'href="{made}"' in anna.get(path).text
    assert f'href="{other}"' not in anna.get(path).text
    assert f'href="{path}"' in anna.get(made).text
    assert f'href="{path}"' in anna.get("/r/s").text
    assert 'href="/r/s"' in anna.get("/r").text
    assert anna.fill(f"{path}/e", **{"promises-0-kept": "no"}).status_code == 303


def test_25_stand_on_a_page_the_newest_first(sqlite_world: World, anna: Visitor) -> None:
    with sqlite_world.writing("anna") as ctx:
        for year in range(2040, 2070):
            records.create(ctx, None, Study(title=f"Round table of {year}", kind="round_table", on=parse(str(year))))
    first, second = anna.get("/r/s").text, anna.get("/r/s?n=2").text
    assert first.count('<span class="what">') == 25
    assert first.index("Round table of 2069") < first.index("Round table of 2060")
    assert "Round table of 2040" in second


@pytest.mark.parametrize("reader", ["auditor", "admin"])
def test_whoever_is_not_of_the_staff_reads_none(sqlite_world: World, reader: str) -> None:
    for path in ("/r/s", f"/r/s/{sqlite_world.study}", "/r/s/new"):
        assert Visitor(sqlite_world).enter(reader).get(path).status_code in (403, 404)


def test_what_was_promised_stands_on_the_desk_of_coordinators_and_in_the_agenda_until_it_is_answered(
    sqlite_world: World, anna: Visitor
) -> None:
    until = (NOW.date() + timedelta(days=3)).strftime("%d.%m.%Y")
    promise = {"promises-0-what": "A working group on hours", "promises-0-until": until}
    path = anna.fill("/r/s/new", **{**STUDY, **promise}).headers["Location"]
    coordinator, luka = (Visitor(sqlite_world).enter(name) for name in ("coordinator", "luka"))
    for page in (coordinator.get("/d").text, coordinator.get("/h?w=r").text, luka.get("/h").text):
        assert "A working group on hours" in page
        assert f'href="{path}"' in page
    assert "A working group on hours" not in luka.get("/d").text
    assert "A working group on hours" not in coordinator.get("/h?w=h").text
    assert "A working group on hours" not in Visitor(sqlite_world).enter("auditor").get("/d").text
    anna.fill(f"{path}/e", **{"promises-0-kept": "unknown"})
    assert "A working group on hours" in coordinator.get("/d").text
    anna.fill(f"{path}/e", **{"promises-0-kept": "no"})
    assert "A working group on hours" not in coordinator.get("/d").text
