"""Every place of the site, in one list; a new one is added here and to policy.py."""

from flask import Blueprint

from hrd_cases.domain.companies import Body, Company
from hrd_cases.web import desk, search
from hrd_cases.web.audit import log
from hrd_cases.web.casework import (
    call_to_case,
    calls,
    cases,
    consent_files,
    consents,
    day_sheet,
    people,
    records,
    versions,
)
from hrd_cases.web.casework.directory import directory
from hrd_cases.web.deletion import deletion
from hrd_cases.web.evidence import (
    custody_log,
    evidence,
    evidence_lists,
    files,
    messenger_transcripts,
    page_redactions,
    print_preview,
)
from hrd_cases.web.exports import case_files, recommendation_report, record_lists
from hrd_cases.web.figures import figure_requests, quarter, saved_questions, trends
from hrd_cases.web.imports import imports
from hrd_cases.web.papers import letter_chain, letter_register, letters, paper_matter, paper_pages, papers, sendings
from hrd_cases.web.recommendations import (
    pasted_recommendations,
    published_recommendations,
    recommendation_cases,
    recommendations,
    round_table,
)
from hrd_cases.web.schedule import agenda, calendars, duty, icalendar, months, summons, tasks
from hrd_cases.web.screening import assessments, comparison, editions, exports, pasted
from hrd_cases.web.signin import (
    accessibility,
    account,
    enter,
    enter_by_key,
    leave,
    locked_call,
    own_keys,
    second_factor_lost,
    security_keys,
    step_up,
    throttling,
)
from hrd_cases.web.team import (
    administration,
    contacts,
    handing_over,
    letterhead,
    readmission,
    replacement_keys,
    sealing_office,
    second_people,
    team,
)
from hrd_cases.web.travel import travel

BLUEPRINTS: tuple[Blueprint, ...] = (
    accessibility.bp,
    enter.bp,
    enter_by_key.bp,
    locked_call.bp,
    leave.bp,
    leave.speech,
    account.bp,
    own_keys.bp,
    security_keys.bp,
    step_up.bp,
    throttling.bp,
    travel.bp,
    sealing_office.bp,
    duty.bp,
    calendars.bp,
    calls.bp,
    call_to_case.bp,
    cases.bp,
    team.bp,
    consents.bp,
    consent_files.bp,
    deletion.bp,
    letters.bp,
    letter_chain.bp,
    letter_register.bp,
    papers.bp,
    sendings.bp,
    paper_matter.bp,
    paper_pages.bp,
    evidence.bp,
    evidence_lists.bp,
    print_preview.bp,
    page_redactions.bp,
    custody_log.bp,
    messenger_transcripts.bp,
    files.bp,
    records.bp,
    versions.bp,
    people.bp,
    imports.bp,
    directory("companies", Company),
    directory("bodies", Body),
    recommendations.bp,
    recommendation_cases.bp,
    round_table.bp,
    recommendation_report.bp,
    editions.bp,
    pasted.bp,
    comparison.bp,
    exports.bp,
    assessments.bp,
    published_recommendations.bp,
    pasted_recommendations.bp,
    desk.bp,
    agenda.bp,
    months.bp,
    day_sheet.bp,
    icalendar.bp,
    record_lists.bp,
    case_files.bp,
    agenda.adjourning,
    summons.bp,
    tasks.bp,
    search.bp,
    trends.bp,
    saved_questions.bp,
    quarter.bp,
    figure_requests.bp,
    log.bp,
    log.opened,
    administration.bp,
    contacts.bp,
    letterhead.bp,
    replacement_keys.bp,
    readmission.bp,
    second_people.bp,
    handing_over.bp,
    second_factor_lost.bp,
)
