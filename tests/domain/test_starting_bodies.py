"""The courts and authorities that a directory begins with: complete for every region, in three languages."""

import pytest

from hrd_cases.domain.starting_bodies import COUNTRY, INTERNATIONAL, areas, starting_bodies
from hrd_cases.domain.vocabulary import vocabulary
from hrd_cases.domain.vocabulary.model import LANGUAGES

KINDS = ("court", "prosecutor", "police", "labour_inspectorate", "akimat")


def test_every_region_of_the_country_is_offered() -> None:
    regions = {entry.code for entry in vocabulary("regions").entries if entry.group == "kazakhstan"}
    assert set(areas()) == {COUNTRY, INTERNATIONAL, *regions}
    assert len(areas()) == len(set(areas()))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("area", areas())
def test_each_area_has_its_bodies_once_with_names_in_three_languages(area: str, language: str) -> None:
    offers = starting_bodies(area, language)
    names = [offer.body.name for offer in offers]
    assert len(names) == len(set(names)) <= 25
    assert len({offer.code for offer in offers}) == len(offers)
    if area not in (COUNTRY, INTERNATIONAL):
        assert [offer.body.kind for offer in offers][: len(KINDS)] == list(KINDS)
        assert all(offer.body.region == area for offer in offers)
    for offer in offers:
        assert len({offer.body.name, *(name.name for name in offer.body.names)}) == len(LANGUAGES), offer.code
        assert vocabulary("body_kinds").has(offer.body.kind)
        assert vocabulary("forums").has(offer.body.forum)
        assert "{" not in offer.body.name


def test_no_name_that_was_put_together_passes_as_checked() -> None:
    offers = [offer for area in areas() for offer in starting_bodies(area, "ru")]
    made = [offer for offer in offers if not vocabulary("forums").has(offer.code)]
    assert made
    assert {offer.mark for offer in made} == {"unverified"}


def test_a_body_that_has_a_form_of_papers_of_its_own_is_offered_with_it_and_once() -> None:
    offers = {offer.body.name: offer.body for offer in starting_bodies("KZ-35", "en")}
    assert offers["Karaganda Regional Court"].forum == "karaganda_regional_court"
    assert sum("Regional Court" in name for name in offers) == 1


def test_an_area_of_no_list_has_nothing() -> None:
    assert starting_bodies("KG-B", "ru") == ()
