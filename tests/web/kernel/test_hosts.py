"""Only the names that the operator gave are answered, and nothing of any other request is looked at."""

import pytest
from hrd_pages import Visitor
from hrd_world import World

from hrd_cases.app import assemble


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:8000", "cases.onion"])
def test_a_name_that_the_operator_gave_is_answered(sqlite_world: World, host: str) -> None:
    client = assemble(sqlite_world.runtime, lambda: sqlite_world.now, ["cases.onion"]).test_client()
    assert client.get("/e", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "evil.localhost",
        "other.onion",
        "sub.cases.onion",
        "10.0.0.1",
        "[::1]:8000",
        "",
        "a b",
    ],
)
def test_another_name_gets_no_page_and_no_cookie(sqlite_world: World, host: str) -> None:
    app = assemble(sqlite_world.runtime, lambda: sqlite_world.now, ["cases.onion"])
    anna = Visitor(sqlite_world, app=app).enter("anna")
    fields = anna.fields("/c/new")
    before = anna.get("/c").text.count("/c/")
    for answer in (
        anna.client.get("/e", headers={"Host": host}),
        anna.client.get("/static/hrd.css", headers={"Host": host}),
        anna.client.get("/c", base_url=anna.base, headers={"Host": host}),
        anna.client.post("/c/new", base_url=anna.base, headers={"Host": host}, data={**fields, "title": "Forged"}),
    ):
        assert answer.status_code == 421
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
        assert "<" not in answer.text
    assert anna.get("/c").text.count("/c/") == before
