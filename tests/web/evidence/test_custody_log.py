"""Exhibits made from others, the text typed off an exhibit, and the custody log of one as a sheet to print."""

from dataclasses import replace

import pytest
from hrd_browser import Browser
from hrd_world import World

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.dates import parse
from hrd_cases.domain.evidence import CustodyStep, Evidence, with_files
from hrd_cases.domain.ids import NO_RECORD
from hrd_cases.services.keys.gate import open_vault
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


STILL, NO_MORE = "are those it was made from", "are not those it was made from any more"


def test_what_was_made_of_an_exhibit_carries_its_hash_and_says_whether_it_still_fits(
    original: Exhibit, transcript: Exhibit
) -> None:
    sha256 = str((changed(original).files or ())[0]["sha256"])
    assert changed(transcript).made_of == sha256[:32]
    for url in (original.url, transcript.url, f"{transcript.url}/k"):
        assert STILL in original.anna.get(url).text
    assert f"SHA-256 {sha256[:32]}" in original.anna.get(transcript.url).text
    exchanged(original, "0" * 64)
    changed(transcript, title="Typed again")  # a later change does not take the hash of today
    assert changed(transcript).made_of == sha256[:32]
    for url in (original.url, transcript.url, f"{transcript.url}/k"):
        assert NO_MORE in original.anna.get(url).text
    changed(transcript, made_from=NO_RECORD)
    assert changed(transcript).made_of == ""


def exchanged(exhibit: Exhibit, sha256: str) -> None:
    """As if other bytes stood in the place of the file."""
    case = exhibit.world.strike.case
    with exhibit.world.writing("anna") as ctx:
        stored = records.read(ctx, case, exhibit.id, Evidence)
        entries = [{**entry, "sha256": sha256} for entry in stored.value.files]
        vault = open_vault(ctx, Act.ADD_EVIDENCE, case, record=exhibit.id)
        value = with_files(stored.value, entries)
        ctx.work.records.update(vault, ctx.author, exhibit.id, value, stored.versions, ctx.today)
