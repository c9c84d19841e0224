"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table; without a rowid on SQLite, so that no row tells when it was made."""
    op.create_table(
        "invitations",
        sa.Column("code_mac", sa.LargeBinary(), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("expires", sa.Date(), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code_mac", name=op.f("pk_invitations")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "log",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("class", sa.String(length=20), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=True),
        sa.Column("entry_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("generation", sa.String(length=20), nullable=False),
        sa.Column("s", sa.BigInteger(), nullable=True),
        sa.Column("tag", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_log")),
        sa.UniqueConstraint("s", name=op.f("uq_log_s")),
    )
    op.create_index(op.f("ix_log_mark"), "log", ["mark"])
    op.create_table(
        "log_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.Column("s", sa.BigInteger(), nullable=False),
        sa.Column("facts", sa.BigInteger(), nullable=False),
        sa.Column("facts_sum", sa.LargeBinary(), nullable=False),
        sa.Column("tag", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_head")),
    )
    op.create_table(
        "log_keys",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_keys")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "revocations",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("issuer", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_revocations")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "settings",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_settings")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "trend_facts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("fact_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("generation", sa.String(length=20), nullable=False),
        sa.Column("tag", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trend_facts")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "fact_segments",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("generation", sa.String(length=20), nullable=False),
        sa.Column("tag", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_segments")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "users",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("handle_mac", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("kdf", sa.String(length=200), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("bundle_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("bundle_version", sa.Integer(), nullable=False),
        sa.Column("second_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("second_version", sa.Integer(), nullable=False),
        sa.Column("sign_public", sa.LargeBinary(), nullable=False),
        sa.Column("kem_public", sa.LargeBinary(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("session_epoch", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_users_fingerprint")),
        sa.UniqueConstraint("handle_mac", name=op.f("uq_users_handle_mac")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "vaults",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vaults")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "access_rows",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("vault_id", sa.String(length=32), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("row_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["vault_id"], ["vaults.id"], name=op.f("fk_access_rows_vault_id_vaults")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_rows")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_access_rows_vault_id"), "access_rows", ["vault_id"])

    op.create_table(
        "sealed_answers",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("recipient", sa.String(length=64), nullable=False),
        sa.Column("vault_id", sa.String(length=32), nullable=False),
        sa.Column("answer_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["vault_id"], ["vaults.id"], name=op.f("fk_sealed_answers_vault_id_vaults")),
        sa.PrimaryKeyConstraint("id", "recipient", name=op.f("pk_sealed_answers")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_sealed_answers_recipient"), "sealed_answers", ["recipient"])
    op.create_index(op.f("ix_sealed_answers_vault_id"), "sealed_answers", ["vault_id"])

    op.create_table(
        "locked_calls",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("recipient", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("call_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", "recipient", name=op.f("pk_locked_calls")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_locked_calls_recipient"), "locked_calls", ["recipient"])

    op.create_table(
        "duty_lines",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_lines")),
        sqlite_with_rowid=False,
    )

    op.create_table(
        "blobs",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("vault_id", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["vault_id"], ["vaults.id"], name=op.f("fk_blobs_vault_id_vaults")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blobs")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_blobs_vault_id"), "blobs", ["vault_id"])

    op.create_table(
        "digests",
        sa.Column("vault_id", sa.String(length=32), nullable=False),
        sa.Column("compartment", sa.String(length=20), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("digest_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["vault_id"], ["vaults.id"], name=op.f("fk_digests_vault_id_vaults")),
        sa.PrimaryKeyConstraint("vault_id", "compartment", name=op.f("pk_digests")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_digests_state", "digests", ["vault_id", "compartment", "sha256"])

    op.create_table(
        "text_packs",
        sa.Column("vault_id", sa.String(length=32), nullable=False),
        sa.Column("compartment", sa.String(length=20), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["vault_id"], ["vaults.id"], name=op.f("fk_text_packs_vault_id_vaults")),
        sa.PrimaryKeyConstraint("vault_id", "compartment", name=op.f("pk_text_packs")),
        sqlite_with_rowid=False,
    )

    op.create_table(
        "certificates",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("issuer", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_certificates_user_id_users")),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_certificates")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_certificates_user_id"), "certificates", ["user_id"])

    op.create_table(
        "grants",
        sa.Column("vault_id", sa.String(length=32), nullable=False),
        sa.Column("compartment", sa.String(length=20), nullable=False),
        sa.Column("epoch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("member", sa.String(length=64), nullable=False),
        sa.Column("wrap", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["vault_id"], ["vaults.id"], name=op.f("fk_grants_vault_id_vaults")),
        sa.PrimaryKeyConstraint("vault_id", "compartment", "epoch", "member", name=op.f("pk_grants")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_grants_member"), "grants", ["member"])

    op.create_table(
        "headers",
        sa.Column("vault_id", sa.String(length=32), nullable=False),
        sa.Column("compartment", sa.String(length=20), nullable=False),
        sa.Column("epoch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("serial", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("signer", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["vault_id"], ["vaults.id"], name=op.f("fk_headers_vault_id_vaults")),
        sa.PrimaryKeyConstraint("vault_id", "compartment", "epoch", "serial", name=op.f("pk_headers")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "kept_forms",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("form_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_kept_forms_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_forms")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_kept_forms_user_id"), "kept_forms", ["user_id"])
    op.create_table(
        "login_notices",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("dismissed", sa.Boolean(), nullable=False),
        sa.Column("notice_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_login_notices_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_notices")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_login_notices_user_id"), "login_notices", ["user_id"])
    op.create_table(
        "saved_searches",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("search_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_saved_searches_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_searches")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_saved_searches_user_id"), "saved_searches", ["user_id"])
    op.create_table(
        "used_forms",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("answer_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_used_forms_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_used_forms")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_used_forms_user_id"), "used_forms", ["user_id"])
    op.create_table(
        "imports",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("part_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_imports_user_id_users")),
        sa.PrimaryKeyConstraint("id", "number", name=op.f("pk_imports")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_imports_user_id"), "imports", ["user_id"])

    op.create_table(
        "keyring_deltas",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("delta_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_keyring_deltas_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keyring_deltas")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_keyring_deltas_user_id"), "keyring_deltas", ["user_id"])

    op.create_table(
        "keyrings",
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("keyring_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_keyrings_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_keyrings")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "packs",
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_packs_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_packs")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "memberships",
        sa.Column("vault_id", sa.String(length=32), nullable=False),
        sa.Column("compartment", sa.String(length=20), nullable=False),
        sa.Column("member_kind", sa.String(length=20), nullable=False),
        sa.Column("member", sa.String(length=64), nullable=False),
        sa.Column("member_compartment", sa.String(length=20), nullable=False),
        sa.Column("rights", sa.String(length=40), nullable=False),
        sa.Column("last_day", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["vault_id"], ["vaults.id"], name=op.f("fk_memberships_vault_id_vaults")),
        sa.PrimaryKeyConstraint(
            "vault_id", "compartment", "member_kind", "member", "member_compartment", name=op.f("pk_memberships")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_memberships_member"), "memberships", ["member", "compartment", "vault_id", "last_day", "rights"]
    )

    op.create_table(
        "record_history",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("compartment", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("vault_id", sa.String(length=32), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["vault_id"], ["vaults.id"], name=op.f("fk_record_history_vault_id_vaults")),
        sa.PrimaryKeyConstraint("id", "compartment", "version", name=op.f("pk_record_history")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_record_history_vault_id"), "record_history", ["vault_id"])

    op.create_table(
        "records",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("compartment", sa.String(length=20), nullable=False),
        sa.Column("vault_id", sa.String(length=32), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["vault_id"], ["vaults.id"], name=op.f("fk_records_vault_id_vaults")),
        sa.PrimaryKeyConstraint("id", "compartment", name=op.f("pk_records")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_records_vault_id"), "records", ["vault_id"])
    op.create_index(op.f("ix_records_day"), "records", ["id", "compartment", "day"])

    op.create_table(
        "vault_keyrings",
        sa.Column("grantee_vault", sa.String(length=32), nullable=False),
        sa.Column("grantee_compartment", sa.String(length=20), nullable=False),
        sa.Column("vault_id", sa.String(length=32), nullable=False),
        sa.Column("compartment", sa.String(length=20), nullable=False),
        sa.Column("epoch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("grantee_epoch", sa.Integer(), nullable=False),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["grantee_vault"], ["vaults.id"], name=op.f("fk_vault_keyrings_grantee_vault_vaults")),
        sa.ForeignKeyConstraint(["vault_id"], ["vaults.id"], name=op.f("fk_vault_keyrings_vault_id_vaults")),
        sa.PrimaryKeyConstraint(
            "grantee_vault", "grantee_compartment", "vault_id", "compartment", "epoch", name=op.f("pk_vault_keyrings")
        ),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Remove every table and all that is in them."""
    op.drop_table("vault_keyrings")
    op.drop_table("records")
    op.drop_table("record_history")
    op.drop_table("memberships")
    op.drop_table("keyrings")
    op.drop_table("keyring_deltas")
    op.drop_table("packs")
    op.drop_table("imports")
    op.drop_table("used_forms")
    op.drop_table("saved_searches")
    op.drop_table("login_notices")
    op.drop_table("kept_forms")
    op.drop_table("headers")
    op.drop_table("grants")
    op.drop_table("certificates")
    op.drop_table("text_packs")
    op.drop_table("digests")
    op.drop_table("blobs")
    op.drop_table("duty_lines")
    op.drop_table("locked_calls")
    op.drop_table("sealed_answers")
    op.drop_table("access_rows")
    op.drop_table("vaults")
    op.drop_table("users")
    op.drop_table("fact_segments")
    op.drop_table("trend_facts")
    op.drop_table("settings")
    op.drop_table("revocations")
    op.drop_table("log_keys")
    op.drop_table("log_head")
    op.drop_table("log")
    op.drop_table("invitations")
