"""What of an incident is counted, without names.

The facts sealed to the trend desk (SDG 16.10.1 metadata as a guide).
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from hrd_cases.domain.incidents import Incident

NO, YES, NOT_ASKED = "no", "yes", "not_asked"


@dataclass(frozen=True, kw_only=True)
class CountedIncident:
    """One incident as counted: `month` is '2017-12', '2017' or ''; `people` is the used count or those listed.

    `id` is the incident's token and stays; of several facts with one token the one with the newest position `at`
    stands. Of an incident of somebody who said no there is nothing but that.
    """

    id: str
    month: str = ""
    region: str = ""
    kinds: tuple[str, ...] = ()
    perpetrators: tuple[str, ...] = ()
    company_roles: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    severity: str = ""
    mark: str = ""
    unit: str = ""
    people: int = 1
    consent: str = NOT_ASKED
    same_as: str = ""
    at: tuple[int, ...] = ()

    def encode(self) -> dict[str, object]:
        """The JSON-ready form that is sealed."""
        return {"v": 1, **{name: value for name, value in asdict(self).items() if value not in ("", (), 0)}}


def fact_of(incident: Incident, *, sectors: tuple[str, ...], consent: str, at: tuple[int, ...] = ()) -> CountedIncident:
    """The fact of an incident; nothing but the no when somebody attacked said no to statistics."""
    if consent == NO:
        return CountedIncident(id=incident.token, consent=NO, at=at)
    counted = incident.count.used if incident.count and incident.count.used else len(incident.attacked)
    return CountedIncident(
        id=incident.token,
        month=incident.when.month if incident.when else "",
        region=incident.region,
        kinds=incident.kinds,
        perpetrators=incident.perpetrators,
        company_roles=tuple(sorted({part.role for part in incident.companies if part.role})),
        sectors=tuple(sorted(set(sectors))),
        severity=incident.severity,
        mark=incident.mark,
        unit=incident.unit,
        people=counted or 1,
        consent=consent,
        at=at,
    )


def gone(token: str, at: tuple[int, ...]) -> dict[str, object]:
    """What is sealed when an incident is deleted."""
    return {"v": 1, "gone": token, "at": at}


def decode(body: dict[str, object]) -> CountedIncident:
    """Undo Fact.encode; raises KeyError or TypeError for anything else."""
    plain: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in body.items() if name != "v"
    }
    return CountedIncident(**plain)


def standing(bodies: Iterable[Mapping[str, Any]]) -> list[CountedIncident]:
    """The facts that stand: the newest of each incident, unless that says it is gone."""
    newest: dict[str, tuple[tuple[tuple[int, ...], bool], Mapping[str, object]]] = {}
    for body in bodies:
        token = str(body.get("gone") or body.get("id") or "")
        position = (tuple(body.get("at", ())), "gone" in body)
        if token and (token not in newest or newest[token][0] <= position):
            newest[token] = (position, body)
    return [decode(dict(body)) for _, body in newest.values() if "gone" not in body]
