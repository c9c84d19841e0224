"""Travel mode as people see it: name a colleague, look, give up, wait; and let somebody in again."""

from hrd_pages import Visitor, forms
from hrd_world import FULL, World

from hrd_cases.services.sharing import sharing


def _ready(world: World) -> tuple[Visitor, Visitor]:
    with world.writing("anna") as ctx:
        sharing.share(ctx, world.strike.case, world.user("luka"), "lead")
    return Visitor(world).enter("lana"), Visitor(world).enter("luka")


def test_from_naming_a_colleague_to_being_let_in_again(sqlite_world: World) -> None:
    world = sqlite_world
    lana, luka = _ready(world)
    assert lana.get(f"/c/{world.strike.case}").status_code == 200
    plan = lana.fill("/m/t", "/m/t/p", user=world.user("luka"))
    assert plan.status_code == 200
    assert "Luka Person" in plan.text
    fields = forms(plan)["/m/t"]
    gone = lana.send("/m/t", {**fields, "what": "all"})
    assert (gone.status_code, gone.headers["Location"]) == (303, "/m/t/w")
    for path in ("/", "/d", "/c", f"/c/{world.strike.case}", "/m", "/m/t", "/m/o", "/s"):
        answer = lana.get(path)
        while answer.status_code == 303 and answer.headers["Location"] != "/m/t/w":
            answer = lana.get(answer.headers["Location"])
        assert answer.headers.get("Location") == "/m/t/w", path
    away = lana.get("/m/t/w")
    assert away.status_code == 200
    assert "Travel mode since" in away.text
    assert "Luka" not in away.text, "even the colleague's name is given up"
    assert "/x/l" in forms(away)

    desk = luka.get("/d")
    assert "Lana Person is in travel mode" in desk.text
    let_in = f"/m/t/b/{world.user('lana')}"
    assert luka.fill("/d", let_in).status_code == 303
    assert "Let in again" in luka.get("/d").text
    lana.again("lana")
    assert lana.get(f"/c/{world.strike.case}").status_code == 200
    assert lana.get("/m/t/w").headers["Location"] == "/"


def test_some_cases_can_be_kept(sqlite_world: World) -> None:
    world = sqlite_world
    with world.writing("anna") as ctx:
        sharing.share(ctx, world.granted[FULL].case, world.user("lana"), "full")
    lana, _ = _ready(world)
    plan = lana.fill("/m/t", "/m/t/p", user=world.user("luka"))
    assert "Not everything can be handed in" in plan.text
    fields = {**forms(plan)["/m/t"], "what": "some"}
    assert lana.send("/m/t", {**fields, "what": "all"}).status_code == 422
    assert lana.send("/m/t", {**fields, "cases": []}).status_code == 422
    assert lana.send("/m/t", {**fields, "cases": [world.granted[FULL].case]}).status_code == 422
    assert lana.send("/m/t", {**fields, "cases": [world.strike.case]}).status_code == 303
    assert lana.get(f"/c/{world.strike.case}").status_code == 404
    assert lana.get(f"/c/{world.granted[FULL].case}").status_code == 200
    desk = lana.get("/d").text
    assert "Travel mode (since" in desk
    assert "Luka Person lets you in again" in desk
    assert "Travel mode (since" in lana.get("/m/t").text


def test_nothing_is_given_up_without_a_colleague(sqlite_world: World) -> None:
    lana, _ = _ready(sqlite_world)
    for user in ("", "nobody", sqlite_world.user("lana"), sqlite_world.user("waiting")):
        answer = lana.fill("/m/t", "/m/t/p", user=user)
        assert answer.status_code == 422
        assert "Choose a colleague from the list" in answer.text
    assert lana.get(f"/c/{sqlite_world.strike.case}").status_code == 200
