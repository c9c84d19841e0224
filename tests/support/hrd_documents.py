"""Makes docs/permissions.md and docs/data-inventory.md from the code that decides: `./run docs` writes them anew.

A test compares what rests in docs/ with what this makes, so a changed rule or a new field cannot go undescribed.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from hrd_cases.domain import entities, fields
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.access.roles import ROLES
from hrd_cases.domain.access.table import TABLE
from hrd_cases.domain.fields import Entity, Field, Hidden, Rows, fields_of
from hrd_cases.domain.own_templates import OF_LETTER, OF_PAPER
from hrd_cases.domain.profiles import SOURCES, TYPED, FormatProfile, profiles
from hrd_cases.domain.vaults import KINDS, THROUGH_CASE
from hrd_cases.services.sharing.sharing import LEVELS
from hrd_cases.store import columns
from hrd_cases.store.classified import classification
from hrd_cases.web.kernel import policy

DOCS = Path(__file__).resolve().parents[2] / "docs"
MADE = "<!-- Made by ./run docs from the code; a test compares. Do not edit. -->"

# What each clear column tells, beside its class. A new column needs a sentence here, or the documents cannot be made.
TELLS = {
    "settings.name": "names of settings: how long things are kept, and others; while somebody waits, `asked/` and "
    "their account id; while an administrator's account is to be closed, `closing/` and its id; "
    "while custodians are asked, `recovery/` and a hash; while log-ins are held, "
    "`held/` and for whom, as a keyed mark",
    "settings.value": "roles that somebody waiting asked for; who asked that an administrator's account be "
    "closed, as signed; on which day custodians were asked, for which account "
    "and key; until which hour log-ins are held; days of the newest backups",
    "users.id": "random 128-bit id",
    "users.handle_mac": "keyed mark of the handle: whoever also has the instance folder can test guesses",
    "users.state": "waiting, active or disabled",
    "users.session_epoch": "how often all of its sessions were ended",
    "users.kdf": "cost of the passphrase derivation",
    "users.salt": "salt of the passphrase derivation",
    "users.bundle_version": "how often the bundle was sealed anew",
    "users.second_version": "how often the second factor was sealed anew",
    "users.day": "day the account was made",
    "invitations.code_mac": "keyed mark of a one-time code",
    "invitations.roles": "roles offered with a code",
    "invitations.expires": "last day of a code",
    "invitations.used": "whether a code was used",
    "invitations.account": "whose new keys a code is for; empty for a newcomer",
    "certificates.user_id": "whose key is certified",
    "later_certificates.user_id": "whose keys or roles were changed",
    "later_certificates.serial": "how often",
    "replacements.user_id": "whose new keys wait for two administrators",
    "replacements.handle_mac": "keyed mark of the new handle: whoever also has the instance folder can test guesses",
    "replacements.kdf": "cost of the passphrase derivation",
    "replacements.salt": "salt of the passphrase derivation",
    "replacements.bundle_version": "how often the bundle was sealed anew",
    "replacements.second_version": "how often the second factor was sealed anew",
    "replacements.day": "day the new keys were made",
    "dropped_members.vault_id": "which vault was renewed without somebody whose keys were replaced",
    "dropped_members.member": "the fingerprint of their replaced keys",
    "factor_leaves.user_id": "who may enrol a new second factor",
    "factor_leaves.expires": "last day on which they may",
    "vaults.id": "random id; how many cases, people and offices there are",
    "vaults.kind": "case, person, directory, trends or log; deleted, where only signed member lists of a case are left",
    "headers.vault_id": "which vault",
    "headers.compartment": "which parts a vault has",
    "headers.epoch": "how often its keys were renewed",
    "headers.serial": "how often its members changed",
    "memberships.vault_id": "which vault",
    "memberships.compartment": "which part of it",
    "memberships.member_kind": "a person, or a case through which a person's file is opened",
    "memberships.member": "the key's fingerprint or the case's id: who is on which case, as pseudonyms",
    "memberships.member_compartment": "through which part of that case",
    "memberships.rights": "read, write, grant",
    "memberships.last_day": "last day of access",
    "grants.vault_id": "which vault a waiting key belongs to",
    "grants.compartment": "which part of it",
    "grants.epoch": "which of its keys",
    "grants.member": "for whom a key waits; the recovery key's stay for ever",
    "missing_keys.vault_id": "in which case somebody lacks the newest key",
    "missing_keys.compartment": "which part of it",
    "missing_keys.fingerprint": "pseudonymous key of who lacks it",
    "successors.vault_id": "which case or person gets new keys when somebody's last day is over",
    "successors.compartment": "which part of it",
    "successors.serial": "how often its members will have changed by then",
    "successors.not_before": "the day after that last day",
    "successor_wraps.vault_id": "which case or person",
    "successor_wraps.compartment": "which part of it",
    "successor_wraps.serial": "how often its members will have changed by then",
    "successor_wraps.member": "for whom the coming key waits",
    "endings.vault_id": "in which case somebody's access ended as planned",
    "endings.fingerprint": "pseudonymous key of whose it was",
    "endings.day": "their last day",
    "leavings.vault_id": "which case or vault somebody gave up, until its keys are renewed",
    "leavings.compartment": "which part of it",
    "leavings.fingerprint": "pseudonymous key of who gave it up",
    "leavings.epoch": "how often its keys had been renewed by then",
    "vault_keyrings.grantee_vault": "which case opens a person's file",
    "vault_keyrings.grantee_compartment": "through which of its parts",
    "vault_keyrings.vault_id": "which person's file",
    "vault_keyrings.compartment": "which part of it",
    "vault_keyrings.epoch": "which of its keys",
    "vault_keyrings.grantee_epoch": "under which of the case's keys",
    "keyrings.user_id": "whose keys",
    "keyrings.version": "how often they were folded",
    "keyring_deltas.id": "random id",
    "keyring_deltas.user_id": "whose keys",
    "records.id": "random id; how many records there are",
    "records.compartment": "which parts a record has",
    "records.vault_id": "in which vault",
    "records.epoch": "under which key",
    "records.version": "how often that part was changed",
    "records.day": "day of the last change",
    "digests.vault_id": "of which vault",
    "digests.compartment": "of which part",
    "digests.epoch": "under which key",
    "digests.number": "how often something in it was changed",
    "digests.records": "how many records the part has",
    "digests.sha256": "of the ciphertext",
    "packs.user_id": "of whose packed digest",
    "text_packs.vault_id": "of which vault",
    "text_packs.compartment": "of which part",
    "text_packs.epoch": "under which key",
    "text_packs.number": "how often something in it was changed",
    "record_history.id": "random id",
    "record_history.compartment": "which part",
    "record_history.version": "which version was replaced",
    "record_history.vault_id": "in which vault",
    "record_history.epoch": "under which key",
    "manifests.vault_id": "which vault",
    "manifests.compartment": "which part of it",
    "manifests.bucket": "which rows share a bucket, by their random ids",
    "manifests.epoch": "under which key",
    "manifests.number": "how often that part was written to since its key was renewed",
    "blobs.id": "random id; how many files there are",
    "blobs.vault_id": "in which case",
    "blobs.day": "day it was taken in",
    "blobs.size": "size of the padded ciphertext, in steps of an eighth",
    "blobs.sha256": "SHA-256 of the padded ciphertext, which finds a disk that loses bits",
    "blobs.state": "kept",
    "trend_facts.id": "random id; nothing leads to a case",
    "trend_facts.epoch": "under which key",
    "trend_facts.generation": "random: between which restores it was entered",
    "trend_facts.tag": "proves that this server entered it; the key is in the instance folder",
    "fact_segments.id": "random id of the record of the trend desk that holds the folded facts",
    "fact_segments.generation": "random: between which restores it was entered",
    "fact_segments.tag": "proves that this server entered it; the key is in the instance folder",
    "access_rows.id": "random id; of a deletion, made from the id of the record that is gone",
    "access_rows.vault_id": "how often a case was opened or asked for",
    "access_rows.epoch": "under which key",
    "sealed_answers.id": "random id",
    "sealed_answers.recipient": "whose public key it waits under: pseudonymous",
    "sealed_answers.vault_id": "in which case somebody answered while its keys were due",
    "locked_calls.id": "random id",
    "locked_calls.recipient": "for whom a call was written on a locked page: pseudonymous",
    "locked_calls.day": "day it was written",
    "duty_lines.id": "random id",
    "duty_lines.body": "who is on duty from which day to which: account ids, and who put them on",
    "log.seq": "number of the entry",
    "log.day": "day of the entry",
    "log.class": "auth, read, write, key, admin or refused",
    "log.mark": "hash of a header, for entries about keys; for entries about writing, random to who lacks the key",
    "log.leaf": "leaf of the tree over all entries",
    "log.generation": "random: between which restores it was written",
    "log.s": "number of the signed statement that the entry is about",
    "log.tag": "proves that this server wrote the entry; the key is in the instance folder",
    "log_head.s": "number of statements",
    "log_head.facts": "number of trend facts",
    "log_head.facts_sum": "sum of the tags of all trend facts",
    "log_head.tag": "proves that this server wrote the head",
    "log_head.id": "always 1",
    "log_head.size": "number of entries",
    "log_head.frontier": "edge of the tree over all entries",
    "log_keys.id": "random id of a session's log key",
    "log_keys.day": "day of that session",
    "log_keys.epoch": "under which key of the log",
    "tries.mark": "keyed mark: whoever also has the instance folder can tell whose; unknown handles share marks",
    "tries.failures": "how many log-ins failed in a row there",
    "tries.day": "day of the last one",
    "travels.user_id": "who travels without their keys",
    "travels.colleague_id": "who lets them in again",
    "travels.day": "since when",
    "travels.whole": "whether they kept nothing",
    "travel_vaults.user_id": "who travels and kept some of their keys",
    "travel_vaults.vault_id": "which they did not keep",
    "deletions.vault_id": "random id of a case or person that two people deleted",
    "deletions.day": "day it was deleted",
    "login_notices.id": "random id",
    "login_notices.user_id": "who is told of a log-in from a browser that was not known, or of the end of a journey",
    "login_notices.day": "day of it; kept for 30 days",
    "login_notices.dismissed": "whether they said that they know",
    "saved_searches.id": "random id",
    "saved_searches.user_id": "who keeps a search under a name",
    "saved_searches.day": "day it was saved",
    "kept_forms.id": "random id",
    "kept_forms.user_id": "for whom a form was kept",
    "kept_forms.day": "day it was kept",
    "used_forms.id": "random id",
    "used_forms.user_id": "who sent a form",
    "used_forms.day": "day it was sent",
    "imports.id": "random id; the id of an account for what columns of its sheets meant",
    "imports.number": "which part of a sheet; how many there are says how long it is, in steps of 200 rows",
    "imports.user_id": "who is bringing in a sheet",
    "imports.day": "day it was sent",
}


def permissions() -> str:
    """Who may do what, and what each address of the site asks for."""
    return "\n".join([*_acts(), "", *_levels(), "", *_addresses(), ""])


def inventory() -> str:
    """Every field of every record, and every column of every table."""
    return "\n".join([*_vaults(), "", *_fields(), "", *_columns(), ""])


def papers() -> str:
    """Every form of a recipient with fields of its own: what it asks, and where that comes from."""
    forms = (form for form in profiles().values() if form.fields)
    return "\n".join([*_about_papers(), *(line for form in forms for line in _form(form)), *_places()])


def _places() -> Iterator[str]:
    """What templates of our own may have."""
    yield "## Places of own templates"
    yield ""
    yield "For a form above, `{{ form.KEY }}` is a field of this form; its page lists the keys."
    yield ""
    yield "| place | what stands there |"
    yield "| --- | --- |"
    yield from (f"| `{{{{ {name} }}}}` | {what} |" for name, what in (OF_PAPER | OF_LETTER).items())
    yield ""


DOCUMENTS: dict[str, Callable[[], str]] = {
    "permissions.md": permissions,
    "data-inventory.md": inventory,
    "papers.md": papers,
}


def write() -> None:
    """Write every document that is made from code."""
    for name, make in DOCUMENTS.items():
        (DOCS / name).write_text(make(), encoding="utf-8")


def _acts() -> Iterator[str]:
    yield MADE
    yield "# Who may do what"
    yield ""
    yield "One table in `hrd_cases/domain/access/table.py` decides; behind it stand keys, so that who does not"
    yield "hold the key of a part cannot read it, whatever this table says. An act on a case that somebody"
    yield "cannot read looks as if the case did not exist. *yes*: the role is enough. *held*: with the keys and"
    yield "rights in the last column. Nobody who waits to be admitted or whose account is disabled may do"
    yield "anything. *Asks again*: for passphrase and code, unless they were given in this session within five minutes."
    yield "*Second person*: the act waits for somebody else who may do what is named there."
    yield ""
    yield "| act | " + " | ".join(ROLES) + " | must be held, and what else must be true |"
    yield "| --- |" + " --- |" * (len(ROLES) + 1)
    for act in Act:
        line = TABLE[act]
        may = "held" if line.needs or line.conditions else "yes"
        content = [f"{right} *{part}*" for part, right in line.needs]
        content += [(true.__doc__ or "").strip().rstrip(".").lower() for true in line.conditions]
        content += ["asks again"] if line.proof else []
        if line.second:
            second = f"*second person*: {' and '.join(other.value for other in line.second.acts)}"
            content.append(f"{second}, {line.second.where}" if line.second.where else second)
        cells = [may if role in line.roles else "–" for role in ROLES]
        yield f"| {act.value} | " + " | ".join(cells) + f" | {'; '.join(content) or '–'} |"


def _levels() -> Iterator[str]:
    yield "## What sharing a case hands over"
    yield ""
    yield "| level | parts and rights |"
    yield "| --- | --- |"
    for level, value in LEVELS.items():
        parts = "; ".join(f"*{part}*: {', '.join(sorted(rights))}" for part, rights in value.items())
        yield f"| {level} | {parts} |"
    yield ""
    yield "Nobody gives what they do not hold. The lawyers' part (*privileged*) goes from lawyer to lawyer"
    yield "only."


def _addresses() -> Iterator[str]:
    yield "## What each address asks for first"
    yield ""
    yield "An address without an entry here stops the application from starting. The page behind it asks again,"
    yield "about the very case it shows."
    yield ""
    yield "| endpoint | asks for |"
    yield "| --- | --- |"
    for endpoint, requested in sorted(policy.POLICY.items()):
        yield f"| `{endpoint}` | {requested.value} |"


def _vaults() -> Iterator[str]:
    yield MADE
    yield "# What is kept, and where"
    yield ""
    yield "Everything that people write rests sealed in one part of one vault; each part has a key of its own."
    yield "How sealing works: `crypto-format.md`. What a stranger sees in a copy of the disks: the last table."
    yield ""
    yield "| vault | parts |"
    yield "| --- | --- |"
    for kind in KINDS.values():
        yield f"| {kind.name} | {', '.join(kind.compartments)} |"
    yield ""
    through = "; ".join(f"*{part}* of a case opens {' and '.join(opened)}" for part, opened in THROUGH_CASE.items())
    yield f"A person's file is opened through the cases they belong to: {through}."


def _fields() -> Iterator[str]:
    yield "## Every field"
    yield ""
    yield "*card*: also in the small sealed card that lists read. *names*: whom the field may name. *paper*:"
    yield "whether it may ever enter a paper. Free text rests in *core* only where the last column says why."
    for entity in entities.ENTITIES.values():
        yield ""
        yield f"### {entity.label} (`{entity.code}`, in a {entity.vault} vault)"
        yield ""
        yield "| field | what it holds | part | card | names | paper | why free text may rest here |"
        yield "| --- | --- | --- | --- | --- | --- | --- |"
        for field in entity.fields:
            yield from _field(entity, field, field.name, field.at)


def _field(entity: Entity, field: Field, name: str, part: str) -> Iterator[str]:
    holds = _kind(field)
    card = "yes" if field.card else ""
    paper = "" if field.printed else "never"
    yield f"| `{name}` {field.label} | {holds} | {part} | {card} | {field.names} | {paper} | {field.plain} |"
    if isinstance(field.kind, Rows):
        for inner in fields_of(field.kind.item):
            yield from _field(entity, inner, f"{name}.{inner.name}", part)


def _kind(field: Field) -> str:
    kind = field.kind
    plain = {
        fields.TextLine: "a line of text",
        fields.Text: "text",
        fields.Texts: "text in several languages",
        fields.When: "a date, perhaps partial",
        fields.Day: "a day",
        fields.TimeOfDay: "a time of day",
        fields.Flag: "a tick",
        fields.Ask: "yes, no, unknown",
        fields.Count: "a count: low, high, used, source",
        fields.Number: "a number",
        Hidden: "written by a rule",
    }
    if isinstance(kind, fields.Coded | fields.CodedMany):
        return f"{'codes' if isinstance(kind, fields.CodedMany) else 'a code'} of `{kind.list}`"
    if isinstance(kind, fields.Link | fields.Links):
        return f"link{'s' if isinstance(kind, fields.Links) else ''} to {kind.to}"
    if isinstance(kind, Rows):
        return "rows of"
    return plain[type(kind)]


def _columns() -> Iterator[str]:
    yield "## Every column, and what a stranger reads there"
    yield ""
    yield "*sealed* opens only with a key. *public key* is key material that may be seen. *budget* is what a"
    yield "copy of the disks shows."
    yield ""
    yield "| column | class | what it tells |"
    yield "| --- | --- | --- |"
    for place, rests in classification().items():
        yield f"| `{place}` | {rests} | {TELLS[place] if rests == columns.BUDGET else ''} |"
    yield ""
    yield "Outside the database: `instance/organisation.json` (public keys and policy), `instance/server.key`"
    yield "(pepper of handles, the key that marks kept forms, the key that signs checkpoints of the log,"
    yield "the key of the tags on its entries),"
    yield "`instance/backups.json` (recipients of backups, how long they stay, their folder),"
    yield "`instance/last.check` (the day of the last check, and which kinds of things were wrong), and"
    yield "evidence as ciphertext under random names, with sizes in steps; beside it, in the same way, pictures of its"
    yield "pages, under keys that follow from those of the files (never in a backup). Sessions are in memory only."


# The fields of a filing that every form has, unless it says that it does not use them.
FILING = {
    "court": "step 2, proposed from the directory: the body of the legal action, in the language of the paper",
    "court_address": "step 2, proposed from the directory",
    "case_number": "step 2, proposed from the numbers of the legal action",
    "parties": "the legal action; number, telephone and mail from the files of people and companies, if ticked",
    "filed_by": "step 2, proposed from the counsel of the legal action",
    "authority": "step 2, proposed from the counsel of the legal action",
    "requests": "typed in step 2",
    "attachments": "the exhibits chosen in step 3, then what step 2 adds",
    "signatory": "step 2, proposed: who prepares the paper",
    "day": "step 2, proposed: today",
}


def _about_papers() -> Iterator[str]:
    yield MADE
    yield "# What each form asks, and where it comes from"
    yield ""
    yield "Forms that ask for more than a court filing, as `hrd_cases/vocabularies/paper_kinds` declares them. Nothing"
    yield "is typed twice: what the case holds is taken from it when the paper is built. What is typed passes the gate:"
    yield "names are recognised, consents asked, and in the protected version each text is approved or absent."
    yield ""


def _form(form: FormatProfile) -> Iterator[str]:
    yield f"## {form.names['en']}"
    yield ""
    yield f"Read by: `{form.recipient.value}`. Languages: {', '.join(form.languages)}. Source: {form.source}; looked at"
    yield f"on {form.checked}; {form.status}."
    yield ""
    yield "| field | required | at most | where it comes from |"
    yield "| --- | --- | --- | --- |"
    for name, comes in FILING.items():
        if name not in form.omits:
            label = form.called.get(name, {}).get("en", name.replace("_", " "))
            yield f"| {label} | {'yes' if name in form.required else ''} |  | {comes} |"
    for each in form.fields:
        most = f"{each.most} characters" if each.source == TYPED else ""
        comes = SOURCES[each.source] + (f": `{each.list}`" if each.list else "")
        yield f"| {each.labels['en']} | {'yes' if each.required else ''} | {most} | {comes} |"
    yield ""
    for clock in form.clocks:
        yield f"* {clock.labels['en']}: {clock.amount} {clock.unit}, {clock.runs['en']}. {clock.source};"
        yield f"  looked at on {clock.checked}; {clock.status}."
    if form.clocks:
        yield ""


if __name__ == "__main__":
    write()
