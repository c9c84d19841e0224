"""Every place and its address, in one table: a letter each, so that an address tells nothing over a shoulder."""

from dataclasses import dataclass

from hrd_cases.domain.words import N_


@dataclass(frozen=True, kw_only=True)
class Place:
    """A place: its address, the endpoint it opens with, and its name in the menu (empty: not in the menu)."""

    path: str
    endpoint: str
    label: str = ""


PLACES: dict[str, Place] = {
    "desk": Place(path="/d", endpoint="desk.show", label=N_("My desk")),
    "calls": Place(path="/i", endpoint="calls.index", label=N_("Calls")),
    "cases": Place(path="/c", endpoint="cases.index", label=N_("Cases")),
    "people": Place(path="/p", endpoint="people.index", label=N_("People")),
    "companies": Place(path="/o", endpoint="companies.index", label=N_("Companies")),
    "bodies": Place(path="/b", endpoint="bodies.index", label=N_("Courts and authorities")),
    "agenda": Place(path="/h", endpoint="agenda.show", label=N_("Hearings and letters")),
    "trends": Place(path="/t", endpoint="trends.show", label=N_("Trends")),
    "search": Place(path="/s", endpoint="search.show", label=N_("Search")),
    "account": Place(path="/m", endpoint="account.show", label=N_("My account")),
    "log": Place(path="/l", endpoint="log.show", label=N_("Log")),
    "administration": Place(path="/a", endpoint="administration.show", label=N_("Administration")),
    "files": Place(path="/f", endpoint="files.open"),
    "deleting": Place(path="/z", endpoint="deleting.index"),
    "papers": Place(path="/w", endpoint="papers.index"),
    "enter": Place(path="/e", endpoint="enter.show"),
    "leave": Place(path="/x", endpoint="leave.out"),
    "language": Place(path="/y", endpoint="language.choose"),
}


def path(place: str) -> str:
    """The address a place begins with."""
    return PLACES[place].path
