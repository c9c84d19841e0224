"""Step 3 through the pages: facts and exhibits as rows, exhibits tied to facts by the number that is typed."""

import re
from dataclasses import replace

import pytest
from hrd_browser import Browser, field, file, filled_form

from hrd_cases.domain.dates import parse
from hrd_cases.domain.paper_matter import FactPlan, MatterPlan
from hrd_cases.services.papers import papers
from tests.render.strike_sample import photo
from tests.web.papers.test_papers import Lawyer, lana

__all__ = ["lana"]


class Rows:
    """A paper with so many facts, a day apart, and exhibits."""

    def __init__(self, lana: Lawyer, facts: int, exhibits: int = 3) -> None:
        self.lana, self.world = lana, lana.world
        self.evidence = [self._take(f"Фото {number}") for number in range(1, exhibits + 1)]
        self.paper = lana.begin()
        self.at = f"{self.paper}/3"
        plans = [
            FactPlan(use=True, text=f"Событие {number}", when=parse(f"{number % 28 + 1:02}.{number // 28 + 1:02}.2024"))
            for number in range(facts)
        ]
        with self.world.writing("lana") as ctx:
            here = papers.desk(ctx, lana.case, self.paper.rsplit("/", 1)[-1])
            matter = replace(here.plan.matter, facts=tuple(plans))
            papers.save_matter(ctx, lana.case, here.stored.id, matter, here.stored.versions)
        ticks = {f"use_{item}": "yes" for item in self.evidence}
        places = {f"place_{item}": str(number) for number, item in enumerate(self.evidence, start=1)}
        assert lana.change(f"{self.at}/e", **ticks, **places).status_code == 303

    def _take(self, title: str) -> str:
        created = self.lana.upload(
            f"/c/{self.lana.case}/e/new", field("title", title), file("1.jpg", photo({}, 1, size=(60, 80)))
        )
        return str(created.location).rsplit("/", 1)[-1]

    @property
    def matter(self) -> MatterPlan:
        with self.world.reading("lana") as ctx:
            return papers.desk(ctx, self.lana.case, self.paper.rsplit("/", 1)[-1]).plan.matter

    def shown(self, page: int = 1) -> dict[str, str]:
        """What stands in the fields of references, by the key of the fact."""
        fields = filled_form(self.lana.get(f"{self.at}?n={page}").text, self.at)
        return {name.removeprefix("tied_"): text[0] for name, text in fields.items() if name.startswith("tied_")}

    def tied(self, key: int) -> list[tuple[str, tuple[int, ...]]]:
        """What is kept: which exhibits, which of their pages."""
        (fact,) = [fact for fact in self.matter.facts if fact.key == key]
        return [(reference.exhibit, reference.pages) for reference in fact.exhibits]


def test_exhibits_are_tied_by_number_and_follow_when_their_order_changes(lana: Lawyer) -> None:
    here = Rows(lana, facts=2)
    first, second, third = here.evidence
    answer = lana.change(here.at, tied_1="1 л. 2; 3", tied_2="прил. 2, стр. 1")
    assert (answer.status_code, answer.location) == (303, f"{here.at}/e")
    assert here.tied(1) == [(first, (2,)), (third, ())]
    assert here.tied(2) == [(second, (1,))]
    assert here.shown() == {"1": "1 p. 2; 3", "2": "2 p. 1"}
    assert lana.change(f"{here.at}/e", **{f"place_{third}": "1"}).status_code == 303
    assert here.tied(1) == [(first, (2,)), (third, ())]  # links, whatever their numbers
    assert here.shown() == {"1": "2 p. 2; 1", "2": "3 p. 1"}
    russian = {**lana.headers, "Cookie": lana.headers["Cookie"].replace("__Host-g=en", "__Host-g=ru")}
    assert 'value="2 л. 2; 1"' in lana.client.get(here.at, headers=russian).text


def test_a_reference_that_nobody_can_read_is_an_error_at_its_row_and_nothing_is_lost(lana: Lawyer) -> None:
    here = Rows(lana, facts=3)
    answer = lana.change(here.at, tied_1="1", tied_2="9 л. 2", tied_3="1 л. 24, 26", use_3=[])
    assert answer.status_code == 422
    for key, reason in (("2", "There is no exhibit 9 here."), ("3", "Is 26 a page or an exhibit?")):
        row = answer.text[answer.text.index(f'id="f-tied_{key}-box"') :].split("</li>")[0]
        assert reason in row
        assert f'href="#f-tied_{key}-box"' in answer.text
    sent = filled_form(answer.text, here.at)
    assert [sent[f"tied_{key}"][0] for key in "123"] == ["1", "9 л. 2", "1 л. 24, 26"]
    assert ("use_1" in sent, "use_3" in sent) == (True, False)
    assert here.tied(1) == []


def test_twenty_five_rows_a_page_and_saving_one_page_keeps_the_others(lana: Lawyer) -> None:
    here = Rows(lana, facts=60)
    assert [len(here.shown(page)) for page in (1, 2, 3)] == [25, 25, 10]
    first = lana.change(here.at, tied_1="1", use_2=[])
    assert first.location == f"{here.at}?n=2"
    page = lana.get(first.location).text
    second = {**filled_form(page, here.at), "tied_26": "2", "use_27": []}
    answer = lana.client.post(here.at, data=second, headers=lana.headers)
    assert answer.location == f"{here.at}?n=3"
    assert (here.tied(1), here.tied(26)) == ([(here.evidence[0], ())], [(here.evidence[1], ())])
    assert [fact.key for fact in here.matter.facts if not fact.use] == [2, 27]
    assert len(here.matter.facts) == 60
    last = lana.client.post(here.at, data=filled_form(lana.get(answer.location).text, here.at), headers=lana.headers)
    assert last.location == f"{here.at}/e"


def test_numbers_typed_on_a_page_are_those_that_the_page_showed(lana: Lawyer) -> None:
    here = Rows(lana, facts=1)
    first, _second, third = here.evidence
    old = {**filled_form(lana.get(here.at).text, here.at), "tied_1": ["1"]}
    assert lana.change(f"{here.at}/e", **{f"place_{third}": "1"}).status_code == 303
    answer = lana.client.post(here.at, data=old, headers=lana.headers)
    assert answer.status_code == 409
    again = filled_form(answer.text, here.at)
    assert again["tied_1"] == ["1"]
    assert lana.client.post(here.at, data=again, headers=lana.headers).status_code == 303
    assert here.tied(1) == [(first, ())]
    assert here.shown() == {"1": "2"}


def test_a_fact_opens_on_a_page_of_its_own(lana: Lawyer) -> None:
    here = Rows(lana, facts=2)
    assert f'href="{here.at}/2"' in lana.get(here.at).text
    text = {"text": "Суд приостановил забастовку.", "when": "14.12.2017", "tied": "2 л. 1", "disputed": "yes"}
    assert lana.change(f"{here.at}/2", **text).location == here.at
    page = lana.get(here.at).text
    assert page.index("Суд приостановил") < page.index("Событие 0")  # by day
    assert "disputed" in page
    wrong = lana.change(f"{here.at}/2", text="Иначе", tied="77")
    assert (wrong.status_code, "There is no exhibit 77 here." in wrong.text) == (422, True)
    assert "Иначе" in wrong.text
    assert lana.change(f"{here.at}/0", text="Ещё факт", tied="3").status_code == 303
    assert here.tied(3) == [(here.evidence[2], ())]
    assert lana.change(f"{here.at}/1", text=" ").status_code == 303
    assert [fact.key for fact in here.matter.facts] == [2, 3]
    assert lana.get(f"{here.at}/1").status_code == 404


def test_an_exhibit_that_came_after_the_paper_was_begun_can_be_chosen(lana: Lawyer) -> None:
    here = Rows(lana, facts=1, exhibits=1)
    late = here._take("Поздний снимок")
    page = lana.get(f"{here.at}/e").text
    row = page[page.index(f'id="f-place_{late}-box"') :].split("</li>")[0]
    assert "checked" not in row
    assert lana.change(here.at, tied_1="2").status_code == 303
    assert here.tied(1) == [(late, ())]
    assert "in the paper: a text names it" in lana.get(f"{here.at}/e").text


def test_a_number_that_is_none_is_refused_at_its_row(lana: Lawyer) -> None:
    here = Rows(lana, facts=1)
    name = f"place_{here.evidence[0]}"
    answer = lana.change(f"{here.at}/e", **{name: "первое"})
    assert answer.status_code == 422
    assert re.search(rf'id="f-{name}-error"', answer.text)
    assert "первое" in answer.text


@pytest.mark.parametrize(("name", "status"), [("anna", 403), ("outsider", 404)])
def test_nobody_but_counsel_opens_the_rows(lana: Lawyer, name: str, status: int) -> None:
    here = Rows(lana, facts=1, exhibits=1)
    other = Browser(here.world, name)
    for address in (here.at, f"{here.at}/1", f"{here.at}/e", f"{here.at}/e/{here.evidence[0]}"):
        assert other.get(address).status_code == status
        assert other.post(address).status_code == status
