"""What a new paper begins with: taken from the case, so that a lawyer corrects instead of typing again."""

from datetime import date

from hrd_cases.domain import recipients
from hrd_cases.domain.fields import original
from hrd_cases.domain.legal_actions import LegalAction
from hrd_cases.domain.papers import Language
from hrd_cases.domain.profiles import profiles, terms
from hrd_cases.domain.redaction import Recipient
from hrd_cases.domain.vocabulary import vocabulary
from hrd_cases.services.papers.filed import authority, files_as, with_end, without_notes
from hrd_cases.services.papers.plans import ExhibitPlan, FactPlan, FilingPlan, MatterPlan, Plan, PositionPlan
from hrd_cases.services.papers.sources import Source

# What the side we stand on usually files first.
TITLES = {"respondent": "title_response", "claimant": "filing", "complainant": "title_complaint"}
PROFILE = "kz_court"


def first_plan(source: Source, language: Language, today: date) -> Plan:
    """The choices offered for a new paper of this proceeding."""
    return Plan(filing=_filing(source, language, today), matter=_matter(source, language))


def _filing(source: Source, language: Language, today: date) -> FilingPlan:
    action, court = source.action, source.court
    mine = [one for one in action.counsel if one.colleague == source.me]
    people = [one.acts_for for one in mine if one.acts_for]
    name = source.colleagues.get(source.me, "")
    words = terms(language)
    powers = (with_end(authority(one, language), one.expires, language) for one in mine)
    return FilingPlan(
        profile=_profile(source, language),
        title=words[TITLES.get(action.side, "title_motion")],
        court=_court_name(source, language),
        court_address=court.address if court else "",
        case_number=_number(source, ("court",)),
        registration=_number(source, ("unified_register",), only=True),
        filed_by=files_as(name, people, language),
        authority="\n".join(dict.fromkeys(one for one in powers if one)),
        signatory=name,
        capacity=words["counsel"],
        positions=tuple(
            PositionPlan(
                head=one.text or _word("law_articles", one.article, language),
                stance=one.position if one.position in ("denied", "partly", "admitted", "court") else "",
                grounds=one.grounds,
            )
            for one in action.charges
        ),
        requests=words["request_refuse"] if action.side == "respondent" and action.charges else "",
        copies_for="\n".join(_participants(action, people)),
        day=today,
    )


def _participants(action: LegalAction, filers: list[str]) -> list[str]:
    """Everybody who gets a copy: all participants but the court and those for whom the paper is filed."""
    ours = set(filers) or {party.name for party in action.parties if party.side == "ours"}
    return [party.name for party in action.parties if party.side != "court" and party.name not in ours]


def _matter(source: Source, language: Language) -> MatterPlan:
    arising = set(source.action.incidents)
    facts = tuple(
        FactPlan(
            use=not arising or one in arising,
            incident=one,
            when=incident.when,
            text=without_notes(original(incident.narrative, language.value) or incident.title),
            exhibits=incident.evidence,
        )
        for one, incident in source.incidents.items()
    )
    named = {one for fact in facts if fact.use for one in fact.exhibits}
    exhibits = [one for one in source.evidence if source.evidence[one].files]
    exhibits.sort(key=lambda one: (one not in named, _when(source, one), source.evidence[one].title))
    return MatterPlan(
        facts=facts,
        exhibits=tuple(
            ExhibitPlan(use=one in named, evidence=one, order=at) for at, one in enumerate(exhibits, start=1)
        ),
        history=True,
        heads=bool(source.action.charges),
        custody=bool(source.action.custody),
    )


def _when(source: Source, one: str) -> str:
    dated = source.evidence[one].dated
    return dated.first.isoformat() if dated else "9"


def _word(name: str, code: str, language: Language) -> str:
    return vocabulary(name).get(code).text(language.value) if code else ""


def _court_name(source: Source, language: Language) -> str:
    if source.court is None:
        return source.bodies.get(source.action.forum, "")
    named = next((one.name for one in source.court.names if one.language == language.value and one.name), "")
    return named or source.court.name


def _profile(source: Source, language: Language) -> str:
    """The form that the forum asks for; another only for the same recipient, in a language that the form knows."""
    forum = source.court.forum if source.court else ""
    wanted = str(vocabulary("forums").get(forum).extra.get("profile", "")) if forum else ""
    kind = recipients.of_kind(source.court.kind) if source.court else None
    known = profiles().get(wanted)
    if known and known.required and (language.value in known.languages or known.recipient is not Recipient.COURT):
        return wanted
    same = (one.code for one in profiles().values() if one.required and one.recipient is kind)
    return next(same, PROFILE)


def _number(source: Source, kinds: tuple[str, ...], *, only: bool = False) -> str:
    chosen = next((one.number for one in source.action.numbers if one.kind in kinds), "")
    if chosen or only:
        return chosen
    return next((one.number for one in source.action.numbers if one.number), "")
