"""A counted date in words: what is counted, from when, how sure it is, what follows when it is over."""

from hrd_cases.domain.deadlines import Deadline, DeadlineRule
from hrd_cases.domain.words import N_
from hrd_cases.web.pages.layout import _, words
from hrd_cases.web.pages.lists import label, mark_words

EXPIRY = "expiry_effects"


def counted_in_words(deadline: Deadline) -> str:
    """Such as: 15 working days, from the next working day after it was handed in."""
    rule = deadline.rule
    return "; ".join((_amount(rule), _start(rule)))


def rule_certainty(deadline: Deadline) -> str:
    """Who stands behind the rule, where it was read, and that no lawyer has confirmed it."""
    return _certainty(deadline.rule, confirmed=deadline.confirmed)


def period_certainty(rule: DeadlineRule) -> str:
    """The same of a rule that is only read."""
    return _certainty(rule, confirmed=rule.confirmed)


def _certainty(rule: DeadlineRule, *, confirmed: bool) -> str:
    year = f", {rule.source.year}" if rule.source.year else ""
    read = _(N_("source: %(source)s")) % {"source": f"{rule.source.title}, {rule.source.publisher}{year}"}
    word = N_("confirmed by a lawyer") if confirmed else N_("not confirmed by a lawyer")
    return "; ".join(filter(None, (_(word), mark_words(rule.mark), read)))


def expiry_in_words(rule: DeadlineRule) -> str:
    """What follows when the time is over and nothing came; empty where nothing is known of it."""
    return label(EXPIRY, rule.on_expiry) if rule.on_expiry else ""


def _amount(rule: DeadlineRule) -> str:
    if rule.unit == "working_days":
        text = words().ungettext("%(num)s working day", "%(num)s working days", rule.amount)
    elif rule.unit == "calendar_days":
        text = words().ungettext("%(num)s calendar day", "%(num)s calendar days", rule.amount)
    else:
        text = words().ungettext("%(num)s month", "%(num)s months", rule.amount)
    return str(text % {"num": rule.amount})


def _start(rule: DeadlineRule) -> str:
    if rule.unit == "working_days" and rule.received_on_day_off:
        return _(N_("from the next working day after it was handed in"))
    return _(N_("from the day after it was received"))
