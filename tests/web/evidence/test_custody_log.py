"""Exhibits made from others, the text typed off an exhibit, and the custody log of one as a sheet to print."""

from dataclasses import replace

import pytest
from hrd_browser import Browser
from hrd_world import World

from hrd_cases.domain.dates import parse
from hrd_cases.domain.evidence import CustodyStep, Evidence
from hrd_cases.services.records import records
from tests.render.strike_sample import photo
from tests.web.evidence.test_previews import Exhibit

FIRST = "Бригадир сказал: смену сегодня не закроем."
SECOND = "Бригадир сказал: смену сегодня не закроем никогда."


def changed(exhibit: Exhibit, **changes: object) -> Evidence:
    """The exhibit with other answers; what it holds then."""
    case = exhibit.world.strike.case
    with exhibit.world.writing("anna") as ctx:
        stored = records.read(ctx, case, exhibit.id, Evidence)
        records.save(ctx, case, exhibit.id, replace(stored.value, **changes), stored.versions)  # type: ignore[arg-type]
    with exhibit.world.reading("anna") as ctx:
        return records.read(ctx, case, exhibit.id, Evidence).value


@pytest.fixture
def original(sqlite_world: World) -> Exhibit:
    return Exhibit(sqlite_world, photo({}, 1), draw=False)


@pytest.fixture
def transcript(sqlite_world: World, original: Exhibit) -> Exhibit:
    exhibit = Exhibit(sqlite_world, FIRST.encode(), draw=False)
    changed(exhibit, title="Leaflet, typed", made_from=original.id, made_how="transcript", transcript=FIRST)
    return exhibit


def test_an_exhibit_and_what_was_made_of_it_lead_to_each_other(original: Exhibit, transcript: Exhibit) -> None:
    page = original.anna.get(original.url).text
    derived = page[page.index("Copies and transcripts") :]
    assert transcript.url in derived
    assert "(Transcript)" in derived
    page = original.anna.get(transcript.url).text
    assert original.url in page[page.index("Copies and transcripts") :]


def test_the_custody_log_has_every_hash_step_and_change(original: Exhibit, transcript: Exhibit) -> None:
    step = CustodyStep(on=parse("2018-02-03"), who="the trade union", what="kept in its safe")
    value = changed(original, custody=(step,))
    page = original.anna.get(f"{original.url}/k").text
    assert str((value.files or ())[0]["sha256"]) in page
    assert "the trade union · kept in its safe" in page
    made = changed(transcript, language="ru")
    assert str((made.files or ())[0]["sha256"])[:32] in page
    changes = page[page.index("Changes of this record") :]
    assert "Where the original has been" in changes
    assert changes.index(">1. ") < changes.index(">2. ")
    log = original.anna.get(f"{transcript.url}/k").text
    assert str((value.files or ())[0]["sha256"])[:32] in log[log.index("Made from") :]


def test_a_corrected_transcript_is_compared_word_by_word_with_what_was_typed_first(transcript: Exhibit) -> None:
    changed(transcript, transcript=SECOND)
    page = transcript.anna.get(f"/c/{transcript.world.strike.case}/r/{transcript.id}/h").text
    assert "<ins>" in page
    assert "никогда." in page[page.index("<ins>") :]


def test_search_finds_the_text_of_an_exhibit(transcript: Exhibit) -> None:
    answer = transcript.anna.post("/s", text="бригадира")
    assert transcript.id in transcript.anna.get(str(answer.location)).text


@pytest.mark.parametrize(("name", "status"), [("outsider", 404), ("auditor", 404), ("external", 403)])
def test_who_may_not_open_the_files_gets_no_log(original: Exhibit, name: str, status: int) -> None:
    assert Browser(original.world, name).get(f"{original.url}/k").status_code == status
