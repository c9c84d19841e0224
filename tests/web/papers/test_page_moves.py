"""Pages of an exhibit change their places: papers that name them by number continue to name the same pages."""

import pytest
from hrd_browser import Browser

from hrd_cases.domain.exhibit_references import ExhibitReference
from hrd_cases.domain.page_moves import PageMove
from hrd_cases.domain.paper_matter import ExhibitPlan, FactPlan, MatterPlan, whole
from hrd_cases.services.drafting.page_moves import renumbered
from hrd_cases.services.evidence import previews
from hrd_cases.services.papers import papers
from hrd_cases.services.records import records
from tests.render.strike_sample import photo, scan
from tests.web.evidence.test_evidence_pages import pressed
from tests.web.papers.test_page_approvals import Protected
from tests.web.papers.test_papers import Lawyer, agreed, lana

__all__ = ["lana"]


def pages_named(matter: MatterPlan) -> list[int]:
    """The pages that facts name."""
    return [page for fact in matter.facts for reference in fact.exhibits for page in reference.pages]


class Numbered(Protected):
    """A full paper with a fact that names page 3 of the exhibit."""

    def __init__(self, lana: Lawyer, *files: bytes, pages: str = "") -> None:
        super().__init__(lana, *files, variant="full", pages=pages)
        with self.world.reading("lana") as ctx:
            previews.of(ctx, lana.case, self.evidence, 60)
        number = lana.exhibits(self.paper).index(self.evidence) + 1
        fact = {"use": "yes", "text": "Суд приостановил забастовку.", "tied": f"{number} p. 3"}
        assert lana.change(f"{self.paper}/3/0", **fact).status_code == 303
        self.exhibit = f"/f/{lana.case}/{self.evidence}"

    @property
    def matter(self) -> MatterPlan:
        with self.world.reading("lana") as ctx:
            return papers.desk(ctx, self.lana.case, self.paper.rsplit("/", 1)[-1]).plan.matter

    @property
    def page(self) -> int | None:
        (page,) = pages_named(self.matter)
        return page

    @property
    def chosen(self) -> str:
        (exhibit,) = [exhibit for exhibit in self.matter.exhibits if exhibit.evidence == self.evidence]
        return exhibit.pages

    def arrange(self, *places: str) -> int:
        """Send the form with the order of the files."""
        with self.world.reading("anna") as ctx:
            versions = records.read(ctx, self.lana.case, self.evidence).versions
        sent = {f"_v-{name}": str(number) for name, number in versions.items()}
        anna = Browser(self.world, "anna")
        return int(anna.post(f"{self.exhibit}/o", place=list(places), turn=["0"] * len(places), **sent).status_code)


def test_a_fact_names_the_page_that_was_moved_and_the_choice_holds_the_same_pages(lana: Lawyer) -> None:
    here = Numbered(lana, scan(4), pages="2-4")
    assert here.page == 3  # as it is printed: page 4 of the exhibit
    pressed(Browser(here.world, "anna"), here.exhibit, "up", 4)
    assert (here.page, here.chosen) == (2, "2-4")
    pressed(Browser(here.world, "anna"), here.exhibit, "up", 3)
    pressed(Browser(here.world, "anna"), here.exhibit, "up", 2)
    assert (here.page, here.chosen) == (1, "1, 3-4")
    pressed(Browser(here.world, "anna"), here.exhibit, "turn", 1)
    assert (here.page, here.chosen) == (1, "1, 3-4")


def test_files_that_change_their_places_take_the_numbers_of_their_pages_along(lana: Lawyer) -> None:
    here = Numbered(lana, scan(2), photo({}, 1), scan(3))
    assert here.arrange("3", "1", "2") == 303
    assert here.page == 1


def test_what_is_not_counted_yet_is_not_moved_while_a_paper_names_it_by_number(lana: Lawyer) -> None:
    here = Numbered(lana, scan(2), photo({}, 1))
    with here.world.reading("lana") as ctx:
        for blob in list(ctx.runtime.blobs.previews.ids()):
            ctx.runtime.blobs.previews._path(blob).write_bytes(b"")
    assert here.arrange("2", "1") == 422
    assert here.page == 3


def test_a_released_paper_stays_as_it_is(lana: Lawyer) -> None:
    agreed(lana)
    here = Numbered(lana, scan(4))
    assert "Read the built paper" in lana.built(here.paper)
    assert lana.post(f"{here.paper}/r").status_code == 303
    pressed(Browser(here.world, "anna"), here.exhibit, "up", 3)
    with here.world.reading("lana") as ctx:
        plan = papers.view(ctx, lana.case, here.paper.rsplit("/", 1)[-1]).plan
    assert pages_named(plan.matter) == [3]


@pytest.mark.parametrize(
    ("typed", "now", "printed"),
    [
        ("", "", 2),  # all pages: the third is the second now
        ("1-3", "1-3", 2),
        ("3, 1", "2, 1", None),  # written backwards, it stays so
        ("3, 1, 9", "2, 1, 9", None),  # a number behind the last page
        ("nonsense", "nonsense", None),
    ],
)
def test_choices_are_written_in_the_numbers_of_now(typed: str, now: str, printed: int | None) -> None:
    move = PageMove(before=(("a", "b", "c"),), after=(("a", "c", "b"),))
    pages = (ExhibitReference(exhibit="x", pages=(3,)), ExhibitReference(exhibit="y", pages=(3,)))
    facts = (FactPlan(use=True, exhibits=pages[:1]), FactPlan(use=True, exhibits=(pages[1], *whole(("x",)))))
    matter = MatterPlan(facts=facts, exhibits=(ExhibitPlan(use=True, evidence="x", pages=typed),))
    result = renumbered(matter, "x", move)
    assert result.exhibits[0].pages == now
    assert pages_named(result) == [printed or 3, 3]


def test_of_two_files_the_pages_of_the_first_are_printed_first() -> None:
    move = PageMove(before=(("a", "b"), ("c",)), after=(("c",), ("a", "b")))
    assert move.chosen((3, 1)) == (1, 2)
    assert [move.printed(page, (3, 1)) for page in (1, 2)] == [2, 1]
    assert not PageMove(before=(("a",), ("b",)), after=(("a", "b"),)).changed
