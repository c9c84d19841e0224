"""What the page of a case says of records that somebody without the key took parts out of.

Catalogue of attacks 27.
"""

import re

from hrd_pages import Visitor
from hrd_world import World
from sqlalchemy import delete

from hrd_cases.store import tables


def test_a_record_is_named_once_with_each_of_its_parts(sqlite_world: World) -> None:
    world, ids = sqlite_world, sqlite_world.strike
    incident = ids.records["incident"]
    with world.runtime.database.writing() as work:
        work.connection.execute(delete(tables.records).filter_by(id=incident))
    page = Visitor(world).enter("anna").get(f"/c/{ids.case}").text
    by_name = [
        line for line in re.findall(r"<li>(.*?)</li>", page, re.DOTALL) if f"<code>{incident[:8]}</code>" in line
    ]
    assert len(by_name) == 1
    for part in ("dates, kinds and states", "names and texts"):
        assert by_name[0].count(f"{part}: removed from the database") == 1
