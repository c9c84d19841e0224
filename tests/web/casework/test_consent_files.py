"""The signed sheet in the same form as the answers: one sending takes in both, and nothing of it is lost or doubled."""

import io
import re
from typing import Any

import pytest
from hrd_pages import Fields, Visitor, forms
from hrd_world import World
from werkzeug.test import TestResponse

from hrd_cases.domain.consents import Consent
from hrd_cases.domain.evidence import Evidence
from hrd_cases.services.records import answers, records
from tests.web.casework.test_consent_pages import fresh, page_of

SHEET = b"\xff\xd8\xff\xe0 a photo of a signed sheet"


def send(visitor: Visitor, url: str, fields: Fields, *files: tuple[bytes, str]) -> TestResponse:
    """As the button beside the file sends it: text first, then the files."""
    sent: dict[str, Any] = {
        **fields,
        "files": [(io.BytesIO(data), name) for data, name in files] or [(io.BytesIO(), "")],
    }
    return visitor.client.post(url, base_url=visitor.base, data=sent, content_type="multipart/form-data")


def exhibits(world: World) -> dict[str, str]:
    with world.reading("anna") as ctx:
        return {item.id: item.value.title for item in records.listing(ctx, Evidence, world.strike.case)}


def scans(world: World, person: str) -> list[tuple[str, ...]]:
    with world.reading("anna") as ctx:
        result = records.listing(ctx, Consent, world.strike.case)
        whole = [records.read(ctx, world.strike.case, item.id).value for item in result]
    return [item.scan for item in whole if item.person == person]


def court(world: World, person: str) -> str:
    with world.reading("anna") as ctx:
        ctx.asked = True
        return answers.of_person(ctx, person, case=world.strike.case).answers(world.strike.case)["domestic_body"]


def test_a_consent_and_its_signed_sheet_are_one_sending(anna: Visitor) -> None:
    world, person, before = anna.world, fresh(anna.world), exhibits(anna.world)
    page = anna.get(f"{page_of(world)}?p={person}")
    url = f"/c/{world.strike.case}/y/f"
    assert f'formaction="{url}" formenctype="multipart/form-data"' in page.text
    fields = {**forms(page)[page_of(world)], "court": ["yes"], "read_aloud": ["yes"]}
    kept_answer = send(anna, url, fields, (SHEET, "sheet.jpg"))
    assert kept_answer.status_code == 303
    (new,) = exhibits(world).keys() - before.keys()
    assert exhibits(world)[new].startswith("Signed sheet or recording of consent")
    assert (scans(world, person), court(world, person)) == ([(new,)], "yes")
    assert f"/f/{world.strike.case}/{new}" in anna.get(kept_answer.headers["Location"]).text
    again = send(anna, url, fields, (SHEET, "sheet.jpg"))
    assert again.headers["Location"] == kept_answer.headers["Location"], "sent twice, kept once"
    assert (len(exhibits(world)), len(scans(world, person))) == (len(before) + 1, 1)


def test_a_refused_answer_keeps_the_file_ticked_and_the_next_sending_links_it(anna: Visitor) -> None:
    world, person, before = anna.world, fresh(anna.world), exhibits(anna.world)
    url = f"/c/{world.strike.case}/y/f"
    fields = {**anna.fields(f"{page_of(world)}?p={person}", page_of(world)), "limits": ["only by day"]}
    refused = send(anna, url, fields, (SHEET, "sheet.jpg"))
    assert refused.status_code == 422
    assert "Write down at least one answer" in refused.text
    (new,) = exhibits(world).keys() - before.keys()
    again = forms(refused)[page_of(world)]
    assert (again["scan"], again["limits"], again["person"]) == ([new], ["only by day"], [person])
    assert scans(world, person) == []
    assert anna.send(page_of(world), {**again, "court": ["no"]}).status_code == 303
    assert (scans(world, person), court(world, person)) == ([(new,)], "no")


def test_the_same_sheet_sent_for_another_person_is_one_exhibit(anna: Visitor) -> None:
    world = anna.world
    url = f"/c/{world.strike.case}/y/f"
    for name in ("Первый", "Второй"):
        person = fresh(world, name)
        fields = {**anna.fields(f"{page_of(world)}?p={person}", page_of(world)), "court": ["no"]}
        assert send(anna, url, fields, (SHEET, "sheet.jpg")).status_code == 303
    assert sum(title.startswith("Signed sheet") for title in exhibits(world).values()) == 1


@pytest.mark.parametrize(("files", "said"), [((), "Choose at least one file"), (((b"", "a.jpg"),), "0 bytes")])
def test_without_a_file_everything_typed_stands_there_again(
    anna: Visitor, files: tuple[tuple[bytes, str], ...], said: str
) -> None:
    world, person = anna.world, fresh(anna.world)
    fields = {**anna.fields(f"{page_of(world)}?p={person}", page_of(world)), "court": ["no"], "limits": ["by day"]}
    refused = send(anna, f"/c/{world.strike.case}/y/f", fields, *files)
    assert refused.status_code == 422
    assert said in refused.text
    again = forms(refused)[page_of(world)]
    assert (again["court"], again["limits"]) == (["no"], ["by day"])
    assert scans(world, person) == []


def test_a_sheet_of_many_names_takes_its_photo_in_the_same_form(anna: Visitor) -> None:
    world, before = anna.world, exhibits(anna.world)
    sheet = f"/c/{world.strike.case}/y/m"
    fields = {**anna.fields(sheet), "court": ["yes"], "read_aloud": ["yes"], "names": ["Забойщик 1\nЗабойщик 2"]}
    looked = send(anna, f"{sheet}/f", fields, (SHEET, "sheet.jpg"), (SHEET + b"2", "back.jpg"))
    assert looked.status_code == 200
    (new,) = exhibits(world).keys() - before.keys()
    page = forms(looked)[f"{sheet}/k"]
    assert page["scan"] == [new]
    assert anna.send(f"{sheet}/k", page).status_code == 303
    with world.reading("anna") as ctx:
        result = records.listing(ctx, Consent, world.strike.case)
        linked = [records.read(ctx, world.strike.case, item.id).value.scan for item in result]
    assert linked.count((new,)) == 2


def test_a_changed_consent_takes_a_file_too(anna: Visitor) -> None:
    world, person = anna.world, fresh(anna.world)
    created = anna.fill(f"{page_of(world)}?p={person}", page_of(world), court="no").headers["Location"]
    fields = {**anna.fields(f"{created}/e"), "court": ["no"], "limits": ["told by telephone"]}
    record = created.rpartition("/")[2]
    sent = send(anna, f"/c/{world.strike.case}/y/f/{record}", fields, (SHEET, "sheet.jpg"))
    assert sent.headers["Location"] == created
    assert len(scans(world, person)[0]) == 1
    assert "told by telephone" in anna.get(created).text


def test_a_line_that_drops_keeps_what_was_typed(anna: Visitor) -> None:
    world, person = anna.world, fresh(anna.world)
    fields = {**anna.fields(f"{page_of(world)}?p={person}", page_of(world)), "limits": ["only by day and only to her"]}
    boundary = "x" * 20
    text = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, values in fields.items()
        for value in values
    )
    file = f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="a.jpg"\r\n\r\n'
    body = (text + file).encode() + SHEET
    answer = anna.client.post(
        f"/c/{world.strike.case}/y/f",
        base_url=anna.base,
        data=body,
        content_type=f"multipart/form-data; boundary={boundary}",
    )
    assert answer.status_code == 400
    (kept_form,) = re.findall(r'href="(/m/k/[0-9a-f]{32})"', anna.get("/m").text)
    assert "only by day and only to her" in anna.get(f"{kept_form}/t").text
    assert scans(world, person) == []


def test_who_may_not_add_files_has_no_field_for_them(sqlite_world: World) -> None:
    world = sqlite_world
    outsider = Visitor(world).enter("outsider")
    fields = outsider.fields(f"/c/{world.own.case}/s/new")
    for url in (f"/c/{world.strike.case}/y/f", f"/c/{world.strike.case}/y/m/f"):
        assert send(outsider, url, fields, (SHEET, "a.jpg")).status_code == 404
    external = Visitor(world).enter("external")
    assert "y/f" not in external.get(f"/c/{world.strike.case}/s/new").text
