"""Earlier versions of a record: who changed what and when, and two versions side by side, field by field."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.companies import Body, ColleagueCard, Company
from hrd_cases.domain.fields import CodedMany, Declared, Field, Links, Rows, Text, TextLine, Texts
from hrd_cases.domain.ids import CaseId, PersonId, RecordId
from hrd_cases.domain.recommendations import Recommendation
from hrd_cases.domain.screening import Assessment, Screening
from hrd_cases.domain.studies import Study
from hrd_cases.domain.text_differences import Pieces, compare, whole
from hrd_cases.services.kernel.pagination import page_of
from hrd_cases.services.records import versions
from hrd_cases.services.records.versions import Version, Versions
from hrd_cases.web.casework.hearing_titles import headline
from hrd_cases.web.kernel import urls
from hrd_cases.web.pages import record_view
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.lists import lists
from hrd_cases.web.pages.record_view import Reader
from hrd_cases.web.pages.request import page_number

bp = Blueprint("versions", __name__)

DIRECTORY: Mapping[str, tuple[str, type[Declared]]] = {  # the address that each kind of entry begins with
    "companies": (urls.path("companies"), Company),
    "bodies": (urls.path("bodies"), Body),
    "recommendations": (urls.path("recommendations"), Recommendation),
    "studies": (f"{urls.path('recommendations')}/s", Study),
    "screenings": (urls.path("screenings"), Screening),
    "assessments": (f"{urls.path('screenings')}/a", Assessment),
}
PageAddress = Callable[..., str]  # the address of this page, with what it is to show
NAMED = 3  # fields that the line of a version names
BEFORE, AFTER = "a", "b"  # the two numbers in an address
# What is compared word by word; of other fields the whole answer changed.
_LONG = (Text, TextLine, Texts, Rows, CodedMany, Links)


@dataclass(frozen=True, kw_only=True)
class ChangedField:
    """A field in two versions: the pieces of both, nothing where it had no answer; and who changed it last between."""

    label: str
    before: Pieces
    after: Pieces
    by: str


@bp.get(f"{urls.path('cases')}/<case>/r/<record>/h")
def of_case(case: CaseId, record: RecordId) -> ResponseReturnValue:
    """Earlier versions of a record of a case, or of a call."""
    page = partial(url_for, "versions.of_case", case=case, record=record)
    return _page(versions.of_case(g.ctx, case, record), page, case)


@bp.get(f"{urls.path('people')}/<person>/h")
def of_person(person: PersonId) -> ResponseReturnValue:
    """Earlier versions of a person's file."""
    return _page(versions.of_person(g.ctx, person), partial(url_for, "versions.of_person", person=person))


def _of_directory(cls: type[Declared], endpoint: str, record: RecordId) -> ResponseReturnValue:
    history = versions.of_directory(g.ctx, record, cls)
    return _page(history, partial(url_for, f"versions.{endpoint}", record=record))


for _place, (_path, _cls) in DIRECTORY.items():
    bp.add_url_rule(f"{_path}/<record>/h", _place, partial(_of_directory, _cls, _place))


def _page(history: Versions, page: PageAddress, case: CaseId | None = None) -> str:
    reader = Reader(lists=lists(g.ctx, case), case=case)
    names = reader.lists.names(ColleagueCard)
    two = _chosen(history.items)
    of = page_of(history.items, page_number())
    return render_template(
        "casework/records/versions.html",
        stored=history.stored,
        title=headline(history.stored, case, reader.lists),
        back=urls.of(history.stored.entity.code, history.stored.id, case),
        whole=history.whole,
        two=two,
        changed=_compared(history, two, reader, names) if two else (),
        lines=[_line(version, history, page, names) for version in of.items],
        found=of,
        newest=len(history.items),
        page=page,
    )


def _chosen(items: Sequence[Version]) -> tuple[Version, Version] | None:
    """The two versions that the address names, the older first; otherwise the last two; None where there is one."""
    by_number = {str(version.number): version for version in items}
    asked = [by_number[text] for name in (BEFORE, AFTER) if (text := request.args.get(name, "")) in by_number]
    two = sorted(asked, key=lambda version: version.number) if len(set(asked)) == 2 else list(items[1::-1])
    return (two[0], two[1]) if len(two) == 2 else None


def _compared(
    history: Versions, two: tuple[Version, Version], reader: Reader, names: Mapping[str, str]
) -> list[ChangedField]:
    """What differs between two versions, in the order of the record's page."""
    before, after = two
    differing = versions.differing(before.value, after.value)
    between = [version for version in history.items if before.number < version.number <= after.number]
    results = []
    for field in history.stored.entity.fields:
        if field.name in differing:
            last = next((version for version in between if field.name in version.changed), after)
            sides = _sides(field, before.value, after.value, reader)
            results.append(ChangedField(label=_(field.label), before=sides[0], after=sides[1], by=_by(last, names)))
    return results


def _sides(field: Field, before: Declared, after: Declared, reader: Reader) -> tuple[Pieces, Pieces]:
    old, new = (record_view.plain(field.kind, getattr(value, field.name), reader) for value in (before, after))
    return compare(old, new) if isinstance(field.kind, _LONG) else (whole(old), whole(new))


def _by(version: Version, names: Mapping[str, str]) -> str:
    return record_view.author_words(names.get(version.author, ""), proven=version.proven)


def _line(version: Version, history: Versions, page: PageAddress, names: Mapping[str, str]) -> dict[str, object]:
    """A version as a row of the list; its link shows what it changed."""
    labels = [_(field.label) for field in history.stored.entity.fields if field.name in version.changed]
    number = version.number
    return {
        "number": number,
        "day": version.day,
        "count": len(labels),
        "labels": labels[:NAMED],
        "more": max(0, len(labels) - NAMED),
        "by": _by(version, names),
        "url": page(**{BEFORE: number - 1, AFTER: number}) if number > 1 else "",
    }
