"""Every place of the site, in one list; a new one is added here and to policy.py."""

from flask import Blueprint

from hrd_cases.web import (
    account,
    administration,
    agenda,
    calls,
    cases,
    consents,
    desk,
    enter,
    evidence,
    files,
    leave,
    letters,
    log,
    papers,
    people,
    records,
    search,
    team,
    trends,
)
from hrd_cases.web.directory import directory

BLUEPRINTS: tuple[Blueprint, ...] = (
    enter.bp,
    leave.bp,
    leave.speech,
    account.bp,
    calls.bp,
    cases.bp,
    team.bp,
    consents.bp,
    letters.bp,
    papers.bp,
    evidence.bp,
    files.bp,
    records.bp,
    people.bp,
    directory("companies", "company"),
    directory("bodies", "body"),
    desk.bp,
    agenda.bp,
    agenda.adjourning,
    search.bp,
    trends.bp,
    log.bp,
    log.opened,
    administration.bp,
)
