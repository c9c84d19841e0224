"""`hrd-cases check`: whether everything that rests here is whole, without any passphrase."""

from hrd_cases.cli.options import as_json, command
from hrd_cases.cli.place import now, organisation
from hrd_cases.cli.terminal import FAILED, Progress, say, say_json
from hrd_cases.cli.words import _
from hrd_cases.services import check as checks
from hrd_cases.services.backups import looking


@command("check")
@as_json
def check(*, as_json: bool) -> int:
    """Check, and say each thing that is wrong with what to do."""
    with organisation(unlike=True) as runtime:
        findings = list(checks.whole(runtime, now(), Progress()))
        if all(one.right for one in findings if one.name == "database"):
            findings += looking.findings(runtime, now())
    wrong = [one for one in findings if not one.right]
    if as_json:
        listed = [{"name": one.name, "text": "" if one.right else one.text} for one in findings]
        to_do = [{"name": one.name, "text": one.text} for one in findings if one.notice]
        say_json({"whole": not wrong, "findings": listed, "to_do": to_do})
    else:
        for one in wrong:
            say(_("WRONG %(name)s: %(what)s", name=one.name, what=_(one.msgid, **one.values)))
        for one in (one for one in findings if one.notice):
            say(_("TO DO %(name)s: %(what)s", name=one.name, what=_(one.msgid, **one.values)))
        if not wrong:
            names = dict.fromkeys(one.name for one in findings)
            say(_("Everything is whole: %(names)s.", names=", ".join(_(checks.NAMES[name]) for name in names)))
    return FAILED if wrong else 0
