"""A list of 50 from 1,000 and from 10,000 cases, all cards, and one case opened whole.

Yardstick: the same on plain columns through SQLAlchemy's ORM, in a database of the same kind beside it.
"""

import secrets
import sys
from datetime import date

from measure import compare, report
from sqlalchemy import Date, ForeignKey, String, Text, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from stage import NARRATIVE, Stage, add_cases, add_incidents, stage

from hrd_cases.domain.access.permissions import Act
from hrd_cases.services.casework import cases
from hrd_cases.services.keys.gate import open_vault


class Base(DeclarativeBase):
    """The yardstick's tables."""


class PlainCase(Base):
    """A case in the clear."""

    __tablename__ = "plain_cases"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    reference: Mapped[str] = mapped_column(Text)
    stage: Mapped[str] = mapped_column(Text)
    priority: Mapped[str] = mapped_column(Text)
    region: Mapped[str] = mapped_column(Text)
    day: Mapped[date] = mapped_column(Date, index=True)


class PlainMember(Base):
    """Who is on a case, in the clear."""

    __tablename__ = "plain_members"
    case_id: Mapped[str] = mapped_column(ForeignKey("plain_cases.id"), primary_key=True)
    user: Mapped[str] = mapped_column(String(64), primary_key=True, index=True)


class PlainIncident(Base):
    """An incident in the clear."""

    __tablename__ = "plain_incidents"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    case_id: Mapped[str] = mapped_column(String(32), index=True)
    title: Mapped[str] = mapped_column(Text)
    occurred: Mapped[str] = mapped_column(Text)
    region: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text)
    kinds: Mapped[str] = mapped_column(Text)
    narrative: Mapped[str] = mapped_column(Text)
    impact: Mapped[str] = mapped_column(Text)


def plain(here: Stage, count: int) -> Session:
    """A database with as many plain cases, and 100 plain incidents in the first."""
    engine = create_engine(f"sqlite:///{here.folder}/plain-{count}.sqlite")
    Base.metadata.create_all(engine)
    session = Session(engine)
    ids = [secrets.token_hex(16) for _ in range(count)]
    session.add_all(
        PlainCase(
            id=one,
            title=f"Дело о забастовке, участок {number}",
            reference=f"2026-{number}",
            stage="open",
            priority="",
            region="KZ-35",
            day=date(2026, 11, 1 + number % 22),
        )
        for number, one in enumerate(ids)
    )
    session.add_all(PlainMember(case_id=one, user="u") for one in ids)
    session.add_all(
        PlainIncident(
            id=secrets.token_hex(16),
            case_id=ids[0],
            title="Вызов",
            occurred="2017-12-15",
            region="KZ-35",
            place="Шахтинск",
            kinds="summons",
            narrative=NARRATIVE,
            impact="Люди боятся",
        )
        for _ in range(100)
    )
    session.commit()
    session.info["first"] = ids[0]
    return session


def main(counts: tuple[int, ...]) -> None:
    """Print the table."""
    rows: list[dict[str, object]] = []
    with stage() as here:
        have: list[str] = []
        for count in counts:
            have += add_cases(here, count - len(have))
            with plain(here, count) as other:
                rows += lists(here, other, count)
                if count == counts[0]:
                    add_incidents(here, have[0], 100)
                    rows += one_case(here, other, have[0])
    report("Lists", rows)


def lists(here: Stage, other: Session, count: int) -> list[dict[str, object]]:
    """The first page, and every card."""
    yardstick = "plain columns, ORM"
    return [
        compare(f"list 50 of {count:,} cases", lambda: ours_list(here), yardstick, lambda: plain_list(other)),
        compare(f"all cards of {count:,} cases", lambda: ours_all(here), yardstick, lambda: plain_all(other), rounds=5),
    ]


def one_case(here: Stage, other: Session, case: str) -> list[dict[str, object]]:
    """A case of 100 records, whole and as its page shows it."""
    yardstick = "plain columns, ORM"
    return [
        compare("read a whole case (100 records)", lambda: ours_case(here, case), yardstick, lambda: plain_case(other)),
        compare("what a case's page shows", lambda: ours_overview(here, case), yardstick, lambda: plain_case(other)),
    ]


def ours_list(here: Stage) -> object:
    """The first page of cases."""
    with here.runtime.database.reading() as work:
        ctx = here.runtime._context(work, here.lawyer, here.now, "ru")
        return cases.listing(ctx, cases.CaseFilter())


def ours_all(here: Stage) -> object:
    """Every card, as a filtered list reads them."""
    with here.runtime.database.reading() as work:
        ctx = here.runtime._context(work, here.lawyer, here.now, "ru")
        return cases.listing(ctx, cases.CaseFilter(text="участок 7"))


def ours_case(here: Stage, case: str) -> object:
    """Every record of a case, whole."""
    with here.runtime.database.reading() as work:
        ctx = here.runtime._context(work, here.lawyer, here.now, "ru")
        return ctx.work.records.all(open_vault(ctx, Act.READ_CASE, case))


def ours_overview(here: Stage, case: str) -> object:
    """What the case page shows: cards, timeline, people, team."""
    with here.runtime.database.reading() as work:
        ctx = here.runtime._context(work, here.lawyer, here.now, "ru")
        return cases.overview(ctx, case)


def plain_list(session: Session) -> object:
    """The same list in the clear."""
    session.expire_all()
    query = (
        select(PlainCase).join(PlainMember, PlainMember.case_id == PlainCase.id).where(PlainMember.user == "u")
        .order_by(PlainCase.day.desc(), PlainCase.id).limit(50)
    )  # fmt: skip
    found = [(one.id, one.title, one.reference, one.stage, one.priority, one.region) for one in session.scalars(query)]
    session.rollback()
    return found


def plain_all(session: Session) -> object:
    """Every case in the clear, looked through."""
    session.expire_all()
    query = select(PlainCase).join(PlainMember, PlainMember.case_id == PlainCase.id).where(PlainMember.user == "u")
    found = [one.id for one in session.scalars(query) if "участок 7" in f"{one.title} {one.reference}".casefold()]
    session.rollback()
    return found


def plain_case(session: Session) -> object:
    """The same case in the clear."""
    session.expire_all()
    query = select(PlainIncident).where(PlainIncident.case_id == session.info["first"])
    found = [
        (one.title, one.occurred, one.place, one.kinds, one.narrative, one.impact) for one in session.scalars(query)
    ]
    session.rollback()
    return found


if __name__ == "__main__":
    main(tuple(int(text) for text in sys.argv[1:]) or (1_000, 10_000))
