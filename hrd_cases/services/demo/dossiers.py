"""The demo's written response, prepared and not yet built: a lawyer opens it at the last step."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from hrd_cases.domain.data_files import DataTable
from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.domain.paper_matter import MatterPlan
from hrd_cases.services.demo.values import answers
from hrd_cases.services.drafting.plans import FilingPlan, PaperStart
from hrd_cases.services.kernel.context import Runtime
from hrd_cases.services.kernel.sessions import Session
from hrd_cases.services.papers import papers


def prepare(  # who, where, and what the file says
    runtime: Runtime, session: Session, now: datetime, case: CaseId, raw: DataTable, ids: Mapping[str, str]
) -> RecordId:
    """Begin a paper with what the case suggests, add what its file says, take in every fact and exhibit; its id."""
    with runtime.writing(session, now) as ctx:
        start = PaperStart(**answers(PaperStart, raw["start"], ids, ctx.today))
        record = papers.begin(ctx, case, start)
    with runtime.writing(session, now) as ctx:
        here = papers.desk(ctx, case, record)
        typed = answers(FilingPlan, raw["filing"], ids, ctx.today)
        papers.save_filing(ctx, case, record, replace(here.plan.filing, **typed), here.stored.versions)
    with runtime.writing(session, now) as ctx:
        here = papers.desk(ctx, case, record)
        more = answers(MatterPlan, raw["matter"], ids, ctx.today)
        left_out = {ids[item.removeprefix("@")] for item in raw["without"]}
        facts = tuple(replace(fact, use=fact.incident not in left_out) for fact in here.plan.matter.facts)
        exhibits = tuple(
            replace(exhibit, use=exhibit.evidence not in left_out) for exhibit in here.plan.matter.exhibits
        )
        matter = replace(here.plan.matter, facts=facts, exhibits=exhibits, **more)
        papers.save_matter(ctx, case, record, matter, here.stored.versions)
    return record
