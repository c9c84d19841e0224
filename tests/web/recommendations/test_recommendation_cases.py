"""Cases that show a recommendation: ticked on its page, read in the case, and known to the team of the case alone."""

import re

import pytest
from hrd_pages import Visitor
from hrd_world import World

from hrd_cases.domain.cases import Case
from hrd_cases.services.casework import cases
from hrd_cases.services.records import records

VARYING = re.compile(r'name="(?:csrf_token|_keep|_was)" value="[^"]*"|(?:id|form)="[^"]*"')
TITLE = "Strike of the crane drivers"


@pytest.fixture
def case(sqlite_world: World) -> str:
    with sqlite_world.writing("anna") as ctx:
        return cases.create(ctx, Case(title=TITLE))


def page(visitor: Visitor, path: str) -> str:
    return VARYING.sub("", visitor.get(path).text)


def test_a_case_is_ticked_stands_on_both_pages_and_is_taken_out_again(
    sqlite_world: World, anna: Visitor, case: str
) -> None:
    path = f"/r/{sqlite_world.recommendation}"
    assert TITLE not in anna.get(path).text
    assert anna.fill(f"{path}/c", ticked=[case]).status_code == 303
    assert f'<a href="/c/{case}">{TITLE}</a>' in anna.get(path).text
    assert f'href="{path}"' in anna.get(f"/c/{case}").text
    assert anna.fields(f"{path}/c")["ticked"] == [case]
    assert anna.fill(f"{path}/c", ticked=[]).status_code == 303
    assert TITLE not in anna.get(path).text
    assert f'href="{path}"' not in anna.get(f"/c/{case}").text


def test_nobody_without_the_case_learns_of_it(sqlite_world: World, anna: Visitor, case: str) -> None:
    path, outsider = f"/r/{sqlite_world.recommendation}", Visitor(sqlite_world).enter("outsider")
    before = page(outsider, path), page(outsider, f"{path}/c"), page(outsider, "/r")
    anna.fill(f"{path}/c", ticked=[case])
    assert (page(outsider, path), page(outsider, f"{path}/c"), page(outsider, "/r")) == before


def test_a_case_that_is_not_mine_can_be_neither_ticked_nor_taken_out(
    sqlite_world: World, anna: Visitor, case: str
) -> None:
    path, outsider = f"/r/{sqlite_world.recommendation}/c", Visitor(sqlite_world).enter("outsider")
    unknown = "0" * 32
    for ticked in (case, unknown):
        answer = outsider.send(path, {**outsider.fields(path), "offered": [ticked], "ticked": [ticked]})
        assert answer.status_code == 404
    anna.fill(path, ticked=[case])
    assert outsider.send(path, {**outsider.fields(path), "offered": [case], "ticked": []}).status_code == 303
    with sqlite_world.reading("anna") as ctx:
        assert records.read(ctx, case, case, Case).value.recommendations == (sqlite_world.recommendation,)


def test_the_other_recommendations_of_a_case_stay(sqlite_world: World, anna: Visitor, case: str) -> None:
    other = anna.fill("/r/new", **{"words-en-text": "Adopt a plan"}).headers["Location"]
    anna.fill(f"{other}/c", ticked=[case])
    anna.fill(f"/r/{sqlite_world.recommendation}/c", ticked=[case])
    text = anna.get(f"/c/{case}").text
    assert f'href="{other}"' in text
    assert f'href="/r/{sqlite_world.recommendation}"' in text
    anna.fill(f"{other}/c", ticked=[])
    assert f'href="/r/{sqlite_world.recommendation}"' in anna.get(f"/c/{case}").text
