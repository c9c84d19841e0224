"""A report as tagged PDF with vector charts, and as DOCX with its tables, from the same words and numbers."""

from hrd_cases.domain.profiles import LETTER_PROFILE, profiles
from hrd_cases.domain.reports import Report
from hrd_cases.render import bundle, charts, check, docx_check, report_docx
from hrd_cases.render.bundle import Bookmark
from hrd_cases.render.parsing import limit_parsers
from hrd_cases.render.pdf import Press, style


def build(report: Report) -> dict[str, bytes]:
    """The report's files: 'main' (PDF) and 'docx'; raises BuildFailed."""
    limit_parsers()
    press = Press(style("report.css", language=report.language.value))
    laid = press.lay(press.html("report.html", {"report": report, "bar": charts.bar}))
    plan = bundle.BundlePlan(
        title=report.title,
        language=report.language.value,
        built_at=report.built_at,
        inserts=(),
        targets={},
        bookmarks=tuple(
            Bookmark(title=section.heading, page=laid.anchors[f"s{at}"]) for at, section in enumerate(report.sections)
        ),
    )
    main = bundle.save(bundle.join((press.write(laid, tagged=True),), plan))
    edited = report_docx.report(report, profiles()[LETTER_PROFILE])
    check.examine_piece(main, ())
    docx_check.examine(edited, ())
    return {"main": main, "docx": edited}
