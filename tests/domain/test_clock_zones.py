"""Time zones by name: as somebody writes them, and none that this machine does not know."""

import pytest

from hrd_cases.domain.clock import zone_named, zone_names, zone_of
from hrd_cases.domain.errors import RuleBroken


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Asia/Bishkek", "Asia/Bishkek"),
        (" asia/bishkek ", "Asia/Bishkek"),
        ("Bishkek", "Asia/Bishkek"),
        ("america/new york", "America/New_York"),
        ("utc", "UTC"),
    ],
)
def test_a_zone_is_read_as_people_write_it(typed: str, name: str) -> None:
    assert zone_named(typed) == name


@pytest.mark.parametrize("typed", ["", "  ", "Almaty time", "../../etc/passwd", "Asia/", "Etc/GMT+5", "localtime"])
def test_anything_else_is_refused_at_its_field(typed: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        zone_named(typed)
    assert refused.value.place == "zone"


def test_every_zone_with_a_place_is_read_by_its_name() -> None:
    assert len(zone_names()) > 300
    assert all(zone_named(name) == name for name in zone_names())


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../x", "Asia"])
def test_a_zone_that_the_machine_lacks_says_what_to_install(name: str) -> None:
    with pytest.raises(RuleBroken, match="tzdata"):
        zone_of(name)
