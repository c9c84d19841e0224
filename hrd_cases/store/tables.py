"""Every table and column, each marked with what a stranger who copies it would read there.

`sealed` opens only with a key; `public key` may be seen; `budget` is what a cold copy shows: counts, random ids, days,
pseudonymous membership (docs/crypto-format.md section 8). No row order tells when a row was made: ids are random.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

from hrd_cases.store.columns import FINGERPRINT, ID, WORD
from hrd_cases.store.columns import budget as _budget
from hrd_cases.store.columns import public as _public
from hrd_cases.store.columns import sealed as _sealed

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _table(name: str, *columns: Column[object]) -> Table:
    """A table whose rows lie in the order of their random keys."""
    return Table(name, metadata, *columns, sqlite_with_rowid=False)


def _vault(name: str = "vault_id", **more: object) -> Column[object]:
    return _budget(name, ID, ForeignKey("vaults.id"), **more)


def _user(**more: object) -> Column[object]:
    return _budget("user_id", ID, ForeignKey("users.id"), **more)


def _of_owner(name: str, sealed: str, *more: Column[object]) -> Table:
    """What only its owner opens, for some days."""
    first = _budget("id", ID, primary_key=True)
    return _table(name, first, *more, _user(index=True), _budget("day", Date()), _sealed(sealed))


def _entered(name: str, *more: Column[object]) -> Table:
    """Rows of which a tag proves that this server entered them (store/log_tags.py)."""
    first = _budget("id", ID, primary_key=True)
    return _table(name, first, *more, _budget("generation", String(20)), _budget("tag", LargeBinary()))


settings = _table("settings", _budget("name", String(100), primary_key=True), _budget("value", Text()))

users = _table(
    "users",
    _budget("id", ID, primary_key=True),
    _budget("handle_mac", LargeBinary(), unique=True),
    _budget("state", WORD),  # waiting, active, disabled
    _budget("kdf", String(200)),
    _budget("salt", LargeBinary()),
    _sealed("bundle_sealed"),
    _budget("bundle_version", Integer()),
    _sealed("second_sealed", nullable=True),
    _budget("second_version", Integer()),
    _public("sign_public", LargeBinary()),
    _public("kem_public", LargeBinary()),
    _public("fingerprint", FINGERPRINT, unique=True),
    _budget("day", Date()),
    _budget("session_epoch", Integer()),  # another number ends every session that began under the one before
)

invitations = _table(
    "invitations",
    _budget("code_mac", LargeBinary(), primary_key=True),
    _budget("roles", Text()),
    _budget("expires", Date()),
    _budget("used", Boolean()),
    _budget("account", ID),  # whose new keys it is for; empty for a newcomer
)

certificates = _table(
    "certificates",
    _public("fingerprint", FINGERPRINT, primary_key=True),
    _user(index=True),
    _public("body", LargeBinary()),
    _public("signature", LargeBinary()),
    _public("issuer", FINGERPRINT),
)

# A user's second certificate and those after it, each naming the one before.
later_certificates = _table(
    "later_certificates",
    _user(primary_key=True),
    _budget("serial", Integer(), primary_key=True, autoincrement=False),
    _public("fingerprint", FINGERPRINT),
    _public("body", LargeBinary()),
    _public("signature", LargeBinary()),
    _public("issuer", FINGERPRINT),
    _public("endorsement", LargeBinary()),
    _public("endorsement_signature", LargeBinary()),
)

# New keys of an account until two administrators certified them; the old ones stay where they are.
replacements = _table(
    "replacements",
    _user(primary_key=True),
    _budget("handle_mac", LargeBinary(), unique=True),
    _budget("kdf", String(200)),
    _budget("salt", LargeBinary()),
    _sealed("bundle_sealed"),
    _budget("bundle_version", Integer()),
    _sealed("second_sealed", nullable=True),
    _budget("second_version", Integer()),
    _public("sign_public", LargeBinary()),
    _public("kem_public", LargeBinary()),
    _public("fingerprint", FINGERPRINT),
    _budget("day", Date()),
    _public("certificate", LargeBinary()),
    _public("signature", LargeBinary()),
)

# Whom a renewal of keys left out since theirs were replaced: they may be let in again.
dropped_members = _table(
    "dropped_members", _vault(primary_key=True), _budget("member", FINGERPRINT, primary_key=True, index=True)
)

# Two administrators let somebody enrol a new second factor, once.
factor_leaves = _table(
    "factor_leaves",
    _user(primary_key=True),
    _budget("expires", Date()),
    _public("asked", LargeBinary()),
    _public("asked_signature", LargeBinary()),
    _public("confirmed", LargeBinary()),
    _public("confirmed_signature", LargeBinary()),
)

revocations = _table(
    "revocations",
    _public("fingerprint", FINGERPRINT, primary_key=True),
    _public("body", LargeBinary()),
    _public("signature", LargeBinary()),
    _public("issuer", FINGERPRINT),
)

vaults = _table("vaults", _budget("id", ID, primary_key=True), _budget("kind", WORD))

headers = _table(
    "headers",
    _vault(primary_key=True),
    _budget("compartment", WORD, primary_key=True),
    _budget("epoch", Integer(), primary_key=True, autoincrement=False),
    _budget("serial", Integer(), primary_key=True, autoincrement=False),
    _public("body", LargeBinary()),
    _public("signer", FINGERPRINT),
    _public("signature", LargeBinary()),
    _public("hash", LargeBinary()),
)

memberships = _table(
    "memberships",
    _vault(primary_key=True),
    _budget("compartment", WORD, primary_key=True),
    _budget("member_kind", WORD, primary_key=True),
    _budget("member", FINGERPRINT, primary_key=True),
    _budget("member_compartment", WORD, primary_key=True),
    _budget("rights", String(40)),
    _budget("last_day", Integer()),
)
# Answers "whose cases", and with which rights, without reading the rows.
Index("ix_memberships_member", *memberships.c["member", "compartment", "vault_id", "last_day", "rights"])

grants = _table(
    "grants",
    _vault(primary_key=True),
    _budget("compartment", WORD, primary_key=True),
    _budget("epoch", Integer(), primary_key=True, autoincrement=False),
    _budget("member", FINGERPRINT, primary_key=True, index=True),
    _public("wrap", LargeBinary()),
)

# Who reads on without the newest key: a hint for their leads, who send it again under the same header.
missing_keys = _table(
    "missing_keys",
    _vault(primary_key=True),
    _budget("compartment", WORD, primary_key=True),
    _budget("fingerprint", FINGERPRINT, primary_key=True),
)

# What follows the newest header after somebody's last day: signed beforehand, its key wrapped to those who stay.
successors = _table(
    "successors",
    _vault(primary_key=True),
    _budget("compartment", WORD, primary_key=True),
    _budget("serial", Integer(), primary_key=True, autoincrement=False),
    _budget("not_before", Integer()),
    _public("body", LargeBinary()),
    _public("signer", FINGERPRINT),
    _public("signature", LargeBinary()),
)

successor_wraps = _table(
    "successor_wraps",
    _vault(primary_key=True),
    _budget("compartment", WORD, primary_key=True),
    _budget("serial", Integer(), primary_key=True, autoincrement=False),
    _budget("member", FINGERPRINT, primary_key=True),
    _public("wrap", LargeBinary()),
)

# Whose access ended on a day that was said beforehand: so that their desk can say it.
endings = _table(
    "endings",
    _vault(primary_key=True),
    _budget("fingerprint", FINGERPRINT, primary_key=True),
    _budget("day", Integer()),
)

# Who gives up a compartment and may not sign its next header: gone when its keys are renewed.
leavings = _table(
    "leavings",
    _vault(primary_key=True),
    _budget("compartment", WORD, primary_key=True),
    _budget("fingerprint", FINGERPRINT, primary_key=True),
    _budget("epoch", Integer()),
    _public("signature", LargeBinary()),
)

vault_keyrings = _table(
    "vault_keyrings",
    _vault("grantee_vault", primary_key=True),
    _budget("grantee_compartment", WORD, primary_key=True),
    _vault(primary_key=True),
    _budget("compartment", WORD, primary_key=True),
    _budget("epoch", Integer(), primary_key=True, autoincrement=False),
    _budget("grantee_epoch", Integer()),
    _sealed("key_sealed"),
)

keyrings = _table("keyrings", _user(primary_key=True), _budget("version", Integer()), _sealed("keyring_sealed"))
packs = _table("packs", _user(primary_key=True), _sealed("key_sealed"))  # of a person's packed digest: store/packs.py

keyring_deltas = _table(
    "keyring_deltas", _budget("id", ID, primary_key=True), _user(index=True), _sealed("delta_sealed")
)

records = _table(
    "records",
    _budget("id", ID, primary_key=True),
    _budget("compartment", WORD, primary_key=True),
    _vault(index=True),
    _budget("epoch", Integer()),
    _budget("version", Integer()),
    _budget("day", Date()),
    _sealed("body_sealed"),
)
Index("ix_records_day", records.c.id, records.c.compartment, records.c.day)  # sorts cases without reading bodies


def _whole_compartment(name: str, *more: Column[object]) -> Table:
    """One row for all records of a compartment; `number` counts its states."""
    place = (_vault(primary_key=True), _budget("compartment", WORD, primary_key=True))
    return _table(
        name, *place, _budget("epoch", Integer()), _budget("number", Integer()), *more, _sealed("digest_sealed")
    )


# What lists show; `records` shows one taken away, and by its hash a digest is told from another without being read.
digests = _whole_compartment("digests", _budget("records", Integer()), _budget("sha256", LargeBinary()))
Index("ix_digests_state", *digests.c["vault_id", "compartment", "sha256"])
text_packs = _whole_compartment("text_packs")  # what search finds

record_history = _table(
    "record_history",
    _budget("id", ID, primary_key=True),
    _budget("compartment", WORD, primary_key=True),
    _budget("version", Integer(), primary_key=True, autoincrement=False),
    _vault(index=True),
    _budget("epoch", Integer()),
    _sealed("body_sealed"),
)

# Bucket 256 is the head over the others; `number` counts the states of a compartment under one epoch's key.
manifests = _table(
    "manifests",
    _vault(primary_key=True),
    _budget("compartment", WORD, primary_key=True),
    _budget("bucket", Integer(), primary_key=True, autoincrement=False),
    _budget("epoch", Integer()),
    _budget("number", Integer()),
    _sealed("manifest_sealed"),
)

blobs = _table(
    "blobs",
    _budget("id", ID, primary_key=True),
    _vault(index=True),
    _budget("day", Date()),
    _budget("size", BigInteger()),  # of the padded ciphertext
    _budget("sha256", String(64)),  # of the same
    _budget("state", WORD),
)

# No vault id here: a fact must not lead back to the case it was counted from.
trend_facts = _entered("trend_facts", _budget("epoch", Integer()), _sealed("fact_sealed"))
fact_segments = _entered("fact_segments")  # records of the trend desk, into which facts were folded

access_rows = _table(
    "access_rows",
    _budget("id", ID, primary_key=True),
    _vault(index=True),
    _budget("epoch", Integer()),
    _sealed("row_sealed"),
)

# Answers that no key of their case may seal now, each to the public key of one reader.
sealed_answers = _table(
    "sealed_answers",
    _budget("id", ID, primary_key=True),
    _budget("recipient", FINGERPRINT, primary_key=True, index=True),
    _vault(index=True),
    _sealed("answer_sealed"),
)

locked_calls = _table(
    "locked_calls",
    _budget("id", ID, primary_key=True),
    _budget("recipient", FINGERPRINT, primary_key=True, index=True),
    _budget("day", Date()),
    _sealed("call_sealed"),
)

# Who is on duty, in the clear and signed (crypto/core/duty.py): all that the locked page opens.
duty_lines = _table(
    "duty_lines",
    _budget("id", ID, primary_key=True),
    _budget("body", LargeBinary()),
    _public("signature", LargeBinary()),
)

log = Table(
    "log",
    metadata,
    _budget("seq", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False),
    _budget("day", Date()),
    _budget("class", WORD, key="klass"),
    _budget("mark", LargeBinary(), nullable=True, index=True),
    _sealed("entry_sealed"),
    _budget("leaf", LargeBinary()),
    _budget("generation", WORD),
    _budget("s", BigInteger(), nullable=True, unique=True),  # counts statements
    _budget("tag", LargeBinary()),  # under a key in the instance folder (store/log_tags.py)
)

log_head = Table(
    "log_head",
    metadata,
    _budget("id", Integer(), primary_key=True, autoincrement=False),
    _budget("size", BigInteger()),
    _budget("frontier", LargeBinary()),
    _budget("s", BigInteger()),
    _budget("facts", BigInteger()),
    _budget("facts_sum", LargeBinary()),
    _budget("tag", LargeBinary()),
)

log_keys = _table(
    "log_keys",
    _budget("id", ID, primary_key=True),
    _budget("day", Date()),
    _budget("epoch", Integer()),
    _sealed("key_sealed"),
)

# Failures in a row; the mark names an account only to who has the instance folder, and unknown handles share marks.
tries = _table(
    "tries", _budget("mark", LargeBinary(), primary_key=True), _budget("failures", Integer()), _budget("day", Date())
)

travels = _table(
    "travels",
    _user(primary_key=True),
    _budget("colleague_id", ID, ForeignKey("users.id")),
    _budget("day", Date()),
    _budget("whole", Boolean()),
    _sealed("given_up_sealed"),
)

# Only where something was kept: whose next keys do not go to who travels.
travel_vaults = _table("travel_vaults", _user(primary_key=True), _vault(primary_key=True))

# No reference to the vault: it is gone. Whoever held its keys forgets them by this (crypto/core/deletions.py).
deletions = _table(
    "deletions",
    _budget("vault_id", ID, primary_key=True),
    _budget("day", Date()),
    _public("asked", LargeBinary()),
    _public("asked_signature", LargeBinary()),
    _public("confirmed_by", FINGERPRINT),
    _public("confirmed_signature", LargeBinary()),
)
kept_forms = _of_owner("kept_forms", "form_sealed")
# The id of a used form stands in the form, so that a second sending is known.
used_forms = _of_owner("used_forms", "answer_sealed")

# Lists on their way in, part by part; under the id of an account, what columns meant the last time.
imports = _of_owner("imports", "part_sealed", _budget("number", Integer(), primary_key=True, autoincrement=False))
login_notices = _of_owner("login_notices", "notice_sealed", _budget("dismissed", Boolean()))
saved_searches = _of_owner("saved_searches", "search_sealed")
