"""Recommendations: everything typed comes back to everybody of the staff, and to nobody else."""

import pytest
from hrd_filled import filled
from hrd_world import World

from hrd_cases.domain import dates
from hrd_cases.domain.errors import Forbidden, NotFound
from hrd_cases.domain.fields import LangText
from hrd_cases.domain.recommendations import Recommendation
from hrd_cases.services.casework import search
from hrd_cases.services.recommendations import recommendations
from hrd_cases.services.records import records


def asked(text: str, **answers: object) -> Recommendation:
    return Recommendation(words=(LangText(language="en", text=text),), **answers)


def test_everything_typed_comes_back_to_every_colleague(world: World) -> None:
    value = filled("recommendation", write=lambda name: f"Длинный текст {name}")
    with world.writing("caseworker") as ctx:
        created = records.create(ctx, None, value)
    for reader in ("lawyer", "coordinator"):
        with world.reading(reader) as ctx:
            assert recommendations.view(ctx, created).stored.value == value
            found = recommendations.listing(ctx).page.items
        assert {item.id: item.value for item in found}[created] == Recommendation(
            **{field.name: getattr(value, field.name) for field in found[0].entity.fields if field.card}
        )


@pytest.mark.parametrize("name", ["auditor", "admin"])
def test_whoever_is_not_of_the_staff_reads_none(sqlite_world: World, name: str) -> None:
    for act in (
        recommendations.listing,
        lambda ctx: recommendations.view(ctx, sqlite_world.recommendation),
    ):
        with pytest.raises((NotFound, Forbidden)), sqlite_world.reading(name) as ctx:
            act(ctx)
    with pytest.raises((NotFound, Forbidden)), sqlite_world.writing(name) as ctx:
        records.create(ctx, None, asked("Adopt a plan"))


def test_a_list_is_narrowed_by_state_and_counts_every_state(sqlite_world: World) -> None:
    with sqlite_world.writing("anna") as ctx:
        for number in range(30):
            state = "refused" if number % 3 else "promised"
            records.create(ctx, None, asked(f"No. {number}", state=state, next_review=dates.parse(str(2060 - number))))
    with sqlite_world.reading("luka") as ctx:
        found = recommendations.listing(ctx, "promised")
        second = recommendations.listing(ctx, page=2)
    assert {item.value.state for item in found.page.items} == {"promised"}
    years = [item.value.next_review.first.year for item in found.page.items if item.value.next_review]
    assert years == sorted(years)
    assert len(years) == 10
    assert (found.states["promised"], found.states["refused"]) == (10, 20)
    assert (second.page.page, second.page.pages, len(second.page.items)) == (2, 2, 6)


def test_a_recommendation_is_found_by_its_words(sqlite_world: World) -> None:
    with sqlite_world.writing("anna") as ctx:
        created = records.create(ctx, None, asked("Ratify the convention on migrant workers"))
    with sqlite_world.reading("luka") as ctx:
        hits = [hit for group in search.find(ctx, "migrant").groups for hit in group.hits]
    assert [(hit.code, hit.record, hit.case) for hit in hits] == [("recommendation", created, "")]
