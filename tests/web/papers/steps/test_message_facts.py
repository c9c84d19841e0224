"""Messages ticked on the page of an export become facts of a paper in work, each with its number in the transcript."""

from hrd_browser import Browser, field, file

from hrd_cases.domain.evidence import Evidence
from hrd_cases.domain.paper_matter import FactPlan
from hrd_cases.services.papers import papers
from hrd_cases.services.records import records
from tests.web.papers.test_papers import Lawyer, agreed, lana

__all__ = ["lana"]
EXPORT = "31.12.2017, 21:41 - Бригадир: Смену не закроем\nвторая строка\n01.01.2018, 09:05 - Шахтёр: Понял\n"


def export(lana: Lawyer) -> str:
    """An export among the evidence; the address of its messages."""
    created = lana.upload(f"/c/{lana.case}/e/new", field("title", "Чат"), file("chat.txt", EXPORT.encode()))
    return f"/f/{lana.case}/{str(created.location).rsplit('/', 1)[-1]}/x/1"


def facts(lana: Lawyer, paper: str) -> list[FactPlan]:
    with lana.world.reading("lana") as ctx:
        here = papers.desk(ctx, lana.case, paper.rsplit("/", 1)[-1])
    return [fact for fact in here.plan.matter.facts if "расшифровки" in fact.text]


def test_ticked_messages_become_facts_with_day_words_number_and_transcript(lana: Lawyer) -> None:
    agreed(lana)
    to, paper = export(lana), lana.prepare()
    record = paper.rsplit("/", 1)[-1]
    page = lana.get(to).text
    assert f'<option value="{record}">Отзыв' in page
    assert page.count('name="m"') == 2
    sent = {"o": "dmy", "title": "Расшифровка", "p": record}
    refused = lana.post(to, **sent)
    assert refused.status_code == 422
    assert "Tick the messages" in refused.text
    answer = lana.post(to, **sent, m=["1"])
    assert (answer.status_code, answer.location) == (303, f"{paper}/3")
    (fact,) = facts(lana, paper)
    assert fact.text == "21:41, Бригадир: «Смену не закроем\nвторая строка» (сообщение 1 расшифровки)"
    assert (fact.use, fact.when and fact.when.start) == (True, "2017-12-31")
    (reference,) = fact.exhibits
    with lana.world.reading("lana") as ctx:
        source = records.read(ctx, lana.case, reference.exhibit, Evidence).value
    assert (source.made_from, source.title) == (to.split("/")[3], "Расшифровка")
    assert lana.post(to, **sent, m=["1", "2"]).status_code == 303
    assert [each.text[:5] for each in facts(lana, paper)] == ["21:41", "09:05"]  # none of them twice
    assert len({each.exhibits for each in facts(lana, paper)}) == 1  # one transcript
    page = lana.get(f"{paper}/3").text
    assert all(f"(сообщение {number} расшифровки)" in page for number in (1, 2))


def test_only_papers_that_one_may_prepare_are_offered(lana: Lawyer) -> None:
    to, paper = export(lana), lana.prepare()
    anna = Browser(lana.world, "anna")
    page = anna.get(to).text
    assert "Смену не закроем" in page
    assert 'name="m"' not in page
    answer = anna.post(to, o="dmy", title="Р", p=paper.rsplit("/", 1)[-1], m=["1"])
    assert answer.status_code == 403
    assert not facts(lana, paper)
