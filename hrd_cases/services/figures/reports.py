"""Reports to publish or to hand over, set by the worker process once what they are for is in the log."""

from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.paper_refusals import REFUSALS
from hrd_cases.domain.reports import Report
from hrd_cases.render.failure import BuildFailed
from hrd_cases.render.process import BuiltLetter, build_report


def make(report: Report) -> BuiltLetter:
    """Set the report; to be called after the act is in the log and outside any transaction. Raises RuleBroken."""
    try:
        return build_report(report)
    except BuildFailed as failure:
        raise RuleBroken(REFUSALS[failure.code]) from None
