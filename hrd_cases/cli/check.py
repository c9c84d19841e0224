"""`hrd-cases check`: whether everything that rests here is whole, without any passphrase."""

from hrd_cases.cli.options import as_json, command
from hrd_cases.cli.place import now, organisation
from hrd_cases.cli.terminal import FAILED, StepClock, say, say_json
from hrd_cases.cli.words import _
from hrd_cases.services.backups import looking
from hrd_cases.services.install import health as checks


@command("check")
@as_json
def check(*, as_json: bool) -> int:
    """Check, and say each thing that is wrong with what to do."""
    with organisation(unlike=True) as runtime:
        findings = looking.everything(runtime, now(), StepClock())
    wrong = [finding for finding in findings if not finding.right]
    if as_json:
        listed = [{"name": finding.name, "text": "" if finding.right else finding.text} for finding in findings]
        to_do = [{"name": finding.name, "text": finding.text} for finding in findings if finding.notice]
        say_json({"whole": not wrong, "findings": listed, "to_do": to_do})
    else:
        for item in wrong:
            say(_("WRONG %(name)s: %(what)s", name=item.name, what=_(item.msgid, **item.values)))
        for item in (finding for finding in findings if finding.notice):
            say(_("TO DO %(name)s: %(what)s", name=item.name, what=_(item.msgid, **item.values)))
        if not wrong:
            names = dict.fromkeys(finding.name for finding in findings)
            say(_("All checks passed: %(names)s.", names=", ".join(_(checks.NAMES[name]) for name in names)))
    return FAILED if wrong else 0
