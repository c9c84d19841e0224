"""The incidents of a company by its role, 25 on a page; and the letter to it, in a case that is chosen first."""

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.companies import Company
from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.words import N_
from hrd_cases.services.casework import companies, company_incidents
from hrd_cases.services.casework.company_incidents import NO_ROLE, CompanyIncident, LinkedCompany, RoleCount
from hrd_cases.web.pages import filters, record_view
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.lists import label
from hrd_cases.web.pages.request import page_number

NONE = "-"  # in an address: no role was written down


def incidents(record: RecordId) -> ResponseReturnValue:
    """The incidents in which a company has a role, or a company of its group."""
    group, asked = request.args.get("g") == "1", request.args.get("w", "")[:40]
    role = NO_ROLE if asked == NONE else asked or None
    found = company_incidents.view(g.ctx, record, role=role, group=group, page=page_number())
    return render_template(
        "casework/companies/incidents.html",
        record=record,
        found=found,
        lines=[_line(item, group=group) for item in found.page.items],
        links=links_in_words(found.links),
        roles=[_role(item) for item in found.roles],
        facts=None if found.facts is None else [_role(item) for item in found.facts],
        group=group,
        asked=asked,
        kept={"g": "1" if group else None, "w": asked or None},
    )


def begin_letter(record: RecordId) -> ResponseReturnValue:
    """In which case the letter to a company is written."""
    company = companies.view(g.ctx, record, Company).company
    found = company_incidents.cases_to_write(g.ctx, page_number())
    lines = [
        {"title": title, "url": url_for("records.new", case=case, letter="k", o=record)} for case, title in found.items
    ]
    return render_template(
        "casework/companies/letter.html", record=record, company=company.value, found=found, lines=lines
    )


def links_in_words(links: tuple[LinkedCompany, ...]) -> list[dict[str, object]]:
    """How other companies stand to this one, each with its address and its days."""
    return [
        {
            "name": item.name,
            "url": url_for("companies.show", record=item.link.company),
            "kind": label("company_links", item.link.kind)
            if item.link.kind
            else _(N_("names this company as: %(kind)s")) % {"kind": label("company_links", item.link.as_written)}
            if item.link.as_written
            else "",
            "days": _days(item),
        }
        for item in links
    ]


def _days(item: LinkedCompany) -> str:
    since, until = (filters.when(day) if day is not None else "" for day in (item.link.since, item.link.until))
    if since and until:
        return f"{since} – {until}"
    if since:
        return _(N_("begun: %(date)s")) % {"date": since}
    return _(N_("ended: %(date)s")) % {"date": until} if until else ""


def _role(count: RoleCount) -> dict[str, object]:
    words = label("company_roles", count.role) if count.role else _(N_("Role not written down"))
    return {"code": count.role or NONE, "words": words, "own": count.own, "group": count.group}


def _line(item: CompanyIncident, *, group: bool) -> dict[str, object]:
    """A row: the role, of a group also the company that has it."""
    roles = (label("company_roles", role) if role else _(N_("Role not written down")) for _name, role in item.roles)
    named = [f"{name}: {role}" if group else role for (name, _role), role in zip(item.roles, roles, strict=True)]
    incident = item.incident
    parts = (filters.when(incident.value.when), "; ".join(dict.fromkeys(named)), item.case_title)
    return {
        "title": record_view.title(incident),
        "url": url_for("records.show", case=incident.case, record=incident.id),
        "sub": " · ".join(filter(None, parts)),
    }
