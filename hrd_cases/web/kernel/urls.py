"""Every place and its address, in one table: a letter each, so that an address tells nothing over a shoulder."""

from dataclasses import dataclass

from hrd_cases.domain.words import N_


@dataclass(frozen=True, kw_only=True)
class SitePlace:
    """A place: its address, the endpoint it opens with, and its name in the menu (empty: not in the menu)."""

    path: str
    endpoint: str
    label: str = ""


PLACES: dict[str, SitePlace] = {
    "desk": SitePlace(path="/d", endpoint="desk.show", label=N_("My desk")),
    "calls": SitePlace(path="/i", endpoint="calls.index", label=N_("Calls")),
    "cases": SitePlace(path="/c", endpoint="cases.index", label=N_("Cases")),
    "people": SitePlace(path="/p", endpoint="people.index", label=N_("People")),
    "companies": SitePlace(path="/o", endpoint="companies.index", label=N_("Companies")),
    "bodies": SitePlace(path="/b", endpoint="bodies.index", label=N_("Courts and authorities")),
    "agenda": SitePlace(path="/h", endpoint="agenda.show", label=N_("Hearings and letters")),
    "trends": SitePlace(path="/t", endpoint="trends.show", label=N_("Trends")),
    "search": SitePlace(path="/s", endpoint="search.show", label=N_("Search")),
    "account": SitePlace(path="/m", endpoint="account.show", label=N_("My account")),
    "log": SitePlace(path="/l", endpoint="log.show", label=N_("Audit log")),
    "administration": SitePlace(path="/a", endpoint="administration.show", label=N_("Administration")),
    "files": SitePlace(path="/f", endpoint="files.open"),
    "deleting": SitePlace(path="/z", endpoint="deleting.index"),
    "papers": SitePlace(path="/w", endpoint="papers.index"),
    "enter": SitePlace(path="/e", endpoint="enter.show"),
    "leave": SitePlace(path="/x", endpoint="leave.out"),
    "language": SitePlace(path="/y", endpoint="language.choose"),
}


def path(place: str) -> str:
    """The address a place begins with."""
    return PLACES[place].path
