"""Figures of 100,000 facts from sealed bytes; an incident saved with and without its fact.

Yardstick: SQLite, and PostgreSQL where HRD_BENCH_POSTGRES holds the address of an empty database, on the same facts in
the clear, indexed. `./run bench figures 10000` takes fewer facts.
"""

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from random import Random

from measure import compare, report, seconds
from sqlalchemy import Column, Connection, MetaData, Table, Text, create_engine, insert, text
from stage import Stage, add_cases, incident, stage

from hrd_cases.domain import counting, fact_segments
from hrd_cases.domain import trend_facts as facts_of
from hrd_cases.domain.counted import put_together
from hrd_cases.domain.counting import Question
from hrd_cases.domain.dates import parse
from hrd_cases.domain.fact_segments import Folded, Folding
from hrd_cases.domain.trend_facts import Answer, Body, Values, standing
from hrd_cases.domain.vaults import FACTS
from hrd_cases.services.figures import facts
from hrd_cases.services.figures.fact_segments import fold
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.records import records

KINDS = ("arrest", "fine", "threat", "summons", "dismissal", "surveillance")
REGIONS = ("KZ-35", "KZ-10", "KZ-11", "KZ-19")
ASKED = Question(since="2015-01", until="2025-12", unit=counting.PERSONS)
ROWS = 2000  # facts in rows of their own, as they wait before they are folded
TABLES = MetaData()
Table(
    "incidents",
    TABLES,
    Column("id", Text, primary_key=True),
    Column("month", Text, index=True),
    Column("region", Text, index=True),
)
Table("kinds", TABLES, Column("incident", Text, primary_key=True), Column("kind", Text, primary_key=True, index=True))
Table(
    "attacked", TABLES, Column("incident", Text, primary_key=True), Column("person", Text, primary_key=True, index=True)
)
QUERIES = (
    "SELECT substr(month, 1, 4), count(*) FROM incidents GROUP BY 1",
    "SELECT region, count(*) FROM incidents GROUP BY 1",
    "SELECT kind, count(DISTINCT incident) FROM kinds GROUP BY 1",
    (
        "SELECT substr(month, 1, 4), kind, count(DISTINCT person) FROM incidents "
        "JOIN kinds ON kinds.incident = incidents.id JOIN attacked ON attacked.incident = incidents.id GROUP BY 1, 2"
    ),
)


def main(number: int) -> None:
    """Print the tables."""
    bodies = list(invented(number))
    with stage() as here:
        keep(here, bodies)
        own = {
            "sqlite": f"sqlite:///{here.folder}/plain.sqlite",
            "postgresql": os.environ.get("HRD_BENCH_POSTGRES", ""),
        }
        rows = [
            compare(
                f"{len(bodies):,} facts, sealed: people by year and kind, incidents by year, region, kind",
                lambda: ours(here),
                f"{name}, in the clear",
                lambda connection=connection: yardstick(connection),  # type: ignore[misc]  # of this database
                rounds=3,
            )
            for name, connection in plain({name: url for name, url in own.items() if url}, bodies)
        ]
        report("Figures", rows)
        report("Where the time goes", parts(here, bodies))
        report("Saving", [saving(here)])


def invented(number: int) -> Iterator[Body]:
    """So many facts: a fifth are people, four fifths incidents with two kinds and two people each."""
    draw = Random(1)
    people = [draw.randbytes(16).hex() for _ in range(number // 5)]
    for at, person in enumerate(people):
        answer = Answer(token=draw.randbytes(16).hex(), revision=1, day="2026-01-01", time="", word="yes")
        profile = Values(codes={"gender": [draw.choice(("woman", "man"))], "who": ["union_leader"]})
        yield as_read(facts_of.about_person(profile, [answer], token=person, refuses=False, at=(at, 0)))
    for at in range(len(people), number):
        values = Values(
            when=parse(f"{draw.randrange(2015, 2026)}-{draw.randrange(1, 13):02d}"),
            codes={"kinds": draw.sample(KINDS, 2), "region": [draw.choice(REGIONS)], "mark": ["single_source"]},
            people=[(person, "") for person in draw.sample(people, 2)],
        )
        token = draw.randbytes(16).hex()
        yield as_read(facts_of.statement(values, sort="event", entity="incident", token=token, at=(at, 0)))


def as_read(body: object) -> Body:
    """A statement as JSON gives it back."""
    return json.loads(json.dumps(body))  # type: ignore[no-any-return]


def keep(here: Stage, bodies: list[Body]) -> None:
    """Let the facts rest in segments."""
    size = fact_segments.MOST_STATEMENTS
    for at in range(0, len(bodies), size):
        content = Folded(
            rows=tuple(f"{number:032x}" for number in range(at, at + size)), statements=tuple(bodies[at : at + size])
        )
        with here.runtime.writing(here.founder, here.now) as ctx:
            if not fold(ctx, Folding(rows=(), replaced=(), texts=(fact_segments.written(content),))):
                raise RuntimeError("nothing was folded")


def ours(here: Stage) -> object:
    """From sealed bytes to the figures."""
    with here.runtime.reading(here.founder, here.now) as ctx:
        return figures(ctx)


def figures(ctx: Context) -> list[Mapping[str, int]]:
    """What the queries of the yardstick ask."""
    counted = facts.read(ctx).counted
    selection = counting.select(counted, ASKED)
    years: dict[tuple[str, str], set[str]] = {}
    for event in selection.events:
        for kind in event.kinds:
            years.setdefault((counting.period_of(event, counting.YEAR), kind), set()).update(event.people)
    by_year = Counter(counting.period_of(event, counting.YEAR) for event in selection.events)
    by_kind = Counter(kind for event in selection.events for kind in event.kinds)
    people = {f"{year} {kind}": len(tokens) for (year, kind), tokens in years.items()}
    return [by_year, Counter(event.region for event in selection.events), by_kind, people]


def plain(urls: Mapping[str, str], bodies: list[Body]) -> Iterator[tuple[str, Connection]]:
    """The same facts in the clear, indexed."""
    events = [body for body in bodies if body["s"] == "event"]
    rows = {
        "incidents": [(one["id"], one["when"], one["codes"]["region"][0]) for one in events],
        "kinds": [(one["id"], kind) for one in events for kind in one["codes"]["kinds"]],
        "attacked": [(one["id"], person) for one in events for person, _part in one["people"]],
    }
    for name, url in urls.items():
        with create_engine(url).connect() as connection:
            TABLES.create_all(connection)
            for table, values in rows.items():
                names = TABLES.tables[table].columns.keys()
                connection.execute(insert(TABLES.tables[table]), [dict(zip(names, row, strict=True)) for row in values])
            connection.execute(text("ANALYZE"))
            connection.commit()
            yield name, connection


def yardstick(connection: Connection) -> object:
    """The same figures by GROUP BY."""
    return [connection.execute(text(query)).all() for query in QUERIES]


def parts(here: Stage, bodies: list[Body]) -> list[dict[str, object]]:
    """Each step by itself, in milliseconds, and what rows of their own take to open."""
    with here.runtime.reading(here.founder, here.now) as ctx:
        vault = facts.open_trends(ctx)
        opening = seconds(lambda: ctx.work.records.all(vault))
    texts = [fact_segments.written(Folded(rows=(), statements=tuple(bodies)))]
    reading = seconds(lambda: fact_segments.read(texts[0]))
    standing_facts = standing(bodies)
    steps = {
        "open the segments, compare them with what was left": opening,
        "read their text": reading,
        "what stands": seconds(lambda: standing(bodies)),
        "incidents with their people": seconds(lambda: put_together(standing_facts)),
        f"{ROWS:,} facts in rows of their own: open them": seconds_of_rows(here, bodies[:ROWS]),
    }
    return [{"work": name, "ms": round(1000 * value, 1)} for name, value in steps.items()]


def seconds_of_rows(here: Stage, bodies: list[Body]) -> float:
    """How long it takes to open facts that wait."""
    desk = here.runtime.organisation.trends
    with here.runtime.writing(here.founder, here.now) as ctx:
        vault = facts.open_trends(ctx)
        epoch, key = max(vault.keys[FACTS].items())
        for number, body in enumerate(bodies):
            ctx.work.trends.add(
                vault_id=desk,
                public=key.public,
                epoch=epoch,
                row_id=f"{number:032x}",
                body=json.dumps(body).encode(),
                position=0,
            )
    with here.runtime.reading(here.founder, here.now) as ctx:
        vault = facts.open_trends(ctx)
        return seconds(lambda: ctx.work.trends.all(vault))


def saving(here: Stage) -> dict[str, object]:
    """An incident, with its fact and without."""
    case, count = add_cases(here, 1)[0], here.runtime.count

    def save() -> None:
        with here.runtime.writing(here.lawyer, here.now) as ctx:
            records.create(ctx, case, incident(1))

    def without() -> None:
        here.runtime.count = lambda _ctx: None
        try:
            save()
        finally:
            here.runtime.count = count

    return compare("save an incident, its fact included", save, "the same without its fact", without, rounds=31)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
