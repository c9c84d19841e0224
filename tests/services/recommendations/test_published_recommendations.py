"""Published recommendations: complete, with source and mark, and in the directory once however often they are added."""

from dataclasses import replace

import pytest
from hrd_world import World

from hrd_cases.domain.dates import UNKNOWN
from hrd_cases.domain.published_recommendations import LANGUAGES, checked_on, published
from hrd_cases.domain.vocabulary import vocabulary
from hrd_cases.services.recommendations import published_recommendations, recommendations
from hrd_cases.services.records import records

EVERY = pytest.mark.parametrize("code", [item.published for item in published("en")])


@EVERY
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_has_words_in_three_languages_a_source_with_its_day_and_a_mark(code: str, language: str) -> None:
    item = next(item for item in published(language) if item.published == code)
    assert {part.language for part in item.words if part.text} == set(LANGUAGES)
    assert item.source
    assert item.source_on
    assert item.source_on.exact
    assert item.source_on.last <= checked_on()
    assert item.mark in ("single_source", "unverified")
    assert item.addressee
    assert item.bodies
    assert item.pillars
    assert all(vocabulary("recommending_bodies").has(body) for body in item.bodies)
    assert all(vocabulary("ungp_pillars").has(pillar) for pillar in item.pillars)
    assert item.nap_step == "" or vocabulary("nap_steps").has(item.nap_step)
    assert vocabulary("recommendation_states").has(item.state)


def test_no_two_have_one_name() -> None:
    names = [item.published for item in published("en")]
    assert len(set(names)) == len(names) == 14


def test_added_twice_each_is_there_once_and_what_was_changed_stays(world: World) -> None:
    with world.writing("caseworker") as ctx:
        assert published_recommendations.add(ctx) == 14
    with world.reading("lawyer") as ctx:
        first = recommendations.listing(ctx, "not_checked").page.items[0]
        stored = records.read(ctx, None, first.id, type(first.value))
    with world.writing("lawyer") as ctx:
        changed = replace(stored.value, state="promised", next_review=UNKNOWN, published="")
        records.save(ctx, None, first.id, changed, stored.versions)
    with world.writing("coordinator") as ctx:
        assert published_recommendations.add(ctx) == 0
    with world.reading("caseworker") as ctx:
        found = recommendations.listing(ctx)
    assert (found.states["not_checked"], found.states["promised"], found.unpublished) == (13, 1, 0)


def test_names_around_a_recommendation_are_in_the_language_of_whoever_adds_them(sqlite_world: World) -> None:
    assert {item.addressee for item in published("ru")} >= {"Правительство", "Компании"}
    with sqlite_world.writing("anna") as ctx:
        language = ctx.language
        published_recommendations.add(ctx)
    with sqlite_world.reading("luka") as ctx:
        found = recommendations.listing(ctx, "not_checked").page.items
    assert {item.value.addressee for item in found} == {item.addressee for item in published(language)}
