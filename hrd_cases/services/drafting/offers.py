"""What a new paper begins with: taken from the case, so that a lawyer corrects instead of typing again."""

from dataclasses import replace
from datetime import date

from hrd_cases.domain import recipients
from hrd_cases.domain.fields import original
from hrd_cases.domain.ids import RecordId
from hrd_cases.domain.legal_actions import LegalAction
from hrd_cases.domain.paper_matter import ExhibitPlan, FactPlan, MatterPlan, whole, with_keys
from hrd_cases.domain.papers import Language
from hrd_cases.domain.profiles import profiles, terms
from hrd_cases.domain.redaction import Recipient
from hrd_cases.domain.vocabulary import vocabulary
from hrd_cases.services.drafting.filed import authority, files_as, with_end, without_notes
from hrd_cases.services.drafting.plans import FilingPlan, PaperPlan, PositionPlan
from hrd_cases.services.drafting.sources import CaseSource

# What the side we stand on usually files first.
TITLES = {"respondent": "title_response", "claimant": "filing", "complainant": "title_complaint"}
PROFILE = "kz_court"


def first_plan(source: CaseSource, language: Language, today: date) -> PaperPlan:
    """The choices offered for a new paper of this proceeding."""
    return PaperPlan(filing=_filing(source, language, today), matter=_matter(source, language))


def retitled(filing: FilingPlan, before: str, language: Language) -> FilingPlan:
    """The filing of another form than `before`: a title that was only proposed becomes the one of the new form."""
    titles = {code: form.words.get("title", {}).get(language.value, "") for code, form in profiles().items()}
    words = terms(language)
    proposed = {*titles.values(), *(words[name] for name in TITLES.values()), words["title_motion"]}
    title = titles.get(filing.profile, "")
    return replace(filing, title=title) if filing.profile != before and title and filing.title in proposed else filing


def _filing(source: CaseSource, language: Language, today: date) -> FilingPlan:
    action, court = source.action, source.court
    mine = [counsel for counsel in action.counsel if counsel.colleague == source.me]
    people = [counsel.acts_for for counsel in mine if counsel.acts_for]
    name = source.colleagues.get(source.me, "")
    words = terms(language)
    powers = (with_end(authority(counsel, language), counsel.expires, language) for counsel in mine)
    profile = _profile(source, language)
    title = profiles()[profile].words.get("title", {}).get(language.value, "")
    return FilingPlan(
        profile=profile,
        title=title or words[TITLES.get(action.side, "title_motion")],
        court=_court_name(source, language),
        court_address=court.address if court else "",
        case_number=_number(source, ("court",)),
        registration=_number(source, ("unified_register",), only=True),
        details=tuple(detail.key for detail in source.details_of_counsel() if detail.key.startswith(source.me)),
        filed_by=files_as(name, people, language),
        authority="\n".join(dict.fromkeys(power for power in powers if power)),
        signatory=name,
        capacity=words["counsel"],
        positions=tuple(
            PositionPlan(
                head=charge.text or _word("law_articles", charge.article, language),
                stance=charge.position if charge.position in ("denied", "partly", "admitted", "court") else "",
                grounds=charge.grounds,
            )
            for charge in action.charges
        ),
        requests=words["request_refuse"] if action.side == "respondent" and action.charges else "",
        copies_for="\n".join(_participants(action, people)),
        day=today,
    )


def _participants(action: LegalAction, filers: list[str]) -> list[str]:
    """Everybody who gets a copy: all participants but the court and those for whom the paper is filed."""
    ours = set(filers) or {party.name for party in action.parties if party.side == "ours"}
    return [party.name for party in action.parties if party.side != "court" and party.name not in ours]


def _matter(source: CaseSource, language: Language) -> MatterPlan:
    arising = set(source.action.incidents)
    facts = tuple(
        FactPlan(
            use=not arising or item in arising,
            incident=item,
            when=incident.when,
            text=without_notes(original(incident.narrative, language.value) or incident.title),
            exhibits=whole(incident.evidence),
        )
        for item, incident in source.incidents.items()
    )
    values = {each.exhibit for fact in facts if fact.use for each in fact.exhibits}
    exhibits = [item for item in source.evidence if source.evidence[item].files]
    exhibits.sort(key=lambda item: (item not in values, _when(source, item), source.evidence[item].title))
    return MatterPlan(
        facts=with_keys(facts),
        exhibits=tuple(
            ExhibitPlan(use=exhibit in values, evidence=exhibit, order=at)
            for at, exhibit in enumerate(exhibits, start=1)
        ),
        history=True,
        heads=bool(source.action.charges),
        custody=bool(source.action.custody),
    )


def _when(source: CaseSource, item: RecordId) -> str:
    dated = source.evidence[item].dated
    return dated.first.isoformat() if dated else "9"


def _word(name: str, code: str, language: Language) -> str:
    return vocabulary(name).get(code).text(language.value) if code else ""


def _court_name(source: CaseSource, language: Language) -> str:
    if source.court is None:
        return source.bodies.get(source.action.forum, "")
    translated = next((name.name for name in source.court.names if name.language == language.value and name.name), "")
    return translated or source.court.name


def _profile(source: CaseSource, language: Language) -> str:
    """The form that the forum asks for; another only for the same recipient, in a language that the form knows."""
    forum = source.court.forum if source.court else ""
    name = str(vocabulary("forums").get(forum).extra.get("profile", "")) if forum else ""
    kind = recipients.of_kind(source.court.kind) if source.court else None
    format_profile = profiles().get(name)
    if (
        format_profile
        and format_profile.required
        and (language.value in format_profile.languages or format_profile.recipient is not Recipient.COURT)
    ):
        return name
    body = source.court.kind if source.court else ""
    same = (profile for profile in profiles().values() if profile.required and profile.recipient is kind)
    offered = sorted(same, key=lambda profile: body not in profile.bodies)
    return next((profile.code for profile in offered if not profile.bodies or body in profile.bodies), PROFILE)


def _number(source: CaseSource, kinds: tuple[str, ...], *, only: bool = False) -> str:
    chosen = next((number.number for number in source.action.numbers if number.kind in kinds), "")
    if chosen or only:
        return chosen
    return next((number.number for number in source.action.numbers if number.number), "")
