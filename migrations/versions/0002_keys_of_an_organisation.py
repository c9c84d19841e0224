"""What the keys of a whole organisation need."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add to the first tables."""
    _deletions()
    _replaced_keys()
    _log_in_under_attack()
    _planned_ends()
    op.create_table(
        "leavings",
        sa.Column("vault_id", sa.String(32), nullable=False),
        sa.Column("compartment", sa.String(20), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["vault_id"], ["vaults.id"], name="fk_leavings_vault_id_vaults"),
        sa.PrimaryKeyConstraint("vault_id", "compartment", "fingerprint", name="pk_leavings"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "manifests",
        sa.Column("vault_id", sa.String(length=32), nullable=False),
        sa.Column("compartment", sa.String(length=20), nullable=False),
        sa.Column("bucket", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("manifest_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["vault_id"], ["vaults.id"], name="fk_manifests_vault_id_vaults"),
        sa.PrimaryKeyConstraint("vault_id", "compartment", "bucket", name="pk_manifests"),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_NO_SAMPLES)


# PostgreSQL's statistics keep samples of what a column holds, also of rows that are gone.
_NO_SAMPLES = """
DO $$ DECLARE one record; BEGIN
    FOR one IN SELECT table_name, column_name FROM information_schema.columns
        WHERE table_schema = current_schema() AND data_type = 'bytea'
    LOOP
        EXECUTE format('ALTER TABLE %I ALTER COLUMN %I SET STATISTICS 0', one.table_name, one.column_name);
    END LOOP;
END $$
"""


def _replaced_keys() -> None:
    with op.batch_alter_table("invitations", table_kwargs={"sqlite_with_rowid": False}) as batch:
        batch.add_column(sa.Column("account", sa.String(32), nullable=False, server_default=""))
    with op.batch_alter_table("invitations", table_kwargs={"sqlite_with_rowid": False}) as batch:
        batch.alter_column("account", server_default=None)
    op.create_table(
        "later_certificates",
        _user(),
        sa.Column("serial", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        *(sa.Column(name, sa.LargeBinary(), nullable=False) for name in ("body", "signature")),
        sa.Column("issuer", sa.String(64), nullable=False),
        *(sa.Column(name, sa.LargeBinary(), nullable=False) for name in ("endorsement", "endorsement_signature")),
        _of_user("later_certificates"),
        sa.PrimaryKeyConstraint("user_id", "serial", name="pk_later_certificates"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "replacements",
        _user(),
        sa.Column("handle_mac", sa.LargeBinary(), nullable=False),
        sa.Column("kdf", sa.String(200), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("bundle_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("bundle_version", sa.Integer(), nullable=False),
        sa.Column("second_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("second_version", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.LargeBinary(), nullable=False) for name in ("sign_public", "kem_public")),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *(sa.Column(name, sa.LargeBinary(), nullable=False) for name in ("certificate", "signature")),
        _of_user("replacements"),
        sa.PrimaryKeyConstraint("user_id", name="pk_replacements"),
        sa.UniqueConstraint("handle_mac", name="uq_replacements_handle_mac"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "dropped_members",
        sa.Column("vault_id", sa.String(32), nullable=False),
        sa.Column("member", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["vault_id"], ["vaults.id"], name="fk_dropped_members_vault_id_vaults"),
        sa.PrimaryKeyConstraint("vault_id", "member", name="pk_dropped_members"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_dropped_members_member", "dropped_members", ["member"])
    op.create_table(
        "factor_leaves",
        _user(),
        sa.Column("expires", sa.Date(), nullable=False),
        *(
            sa.Column(name, sa.LargeBinary(), nullable=False)
            for name in ("asked", "asked_signature", "confirmed", "confirmed_signature")
        ),
        _of_user("factor_leaves"),
        sa.PrimaryKeyConstraint("user_id", name="pk_factor_leaves"),
        sqlite_with_rowid=False,
    )


def _user() -> sa.Column[str]:
    return sa.Column("user_id", sa.String(32), nullable=False)


def _of_user(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=f"fk_{table}_user_id_users")


def _log_in_under_attack() -> None:
    op.create_table(
        "tries",
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("mark", name="pk_tries"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "travels",
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("colleague_id", sa.String(32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("given_up_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_travels_user_id_users"),
        sa.ForeignKeyConstraint(["colleague_id"], ["users.id"], name="fk_travels_colleague_id_users"),
        sa.PrimaryKeyConstraint("user_id", name="pk_travels"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "travel_vaults",
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("vault_id", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_travel_vaults_user_id_users"),
        sa.ForeignKeyConstraint(["vault_id"], ["vaults.id"], name="fk_travel_vaults_vault_id_vaults"),
        sa.PrimaryKeyConstraint("user_id", "vault_id", name="pk_travel_vaults"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Take it away again."""
    for table in ("endings", "successor_wraps", "successors", "missing_keys"):
        op.drop_table(table)
    op.drop_table("deletions")
    op.drop_table("travel_vaults")
    op.drop_table("travels")
    op.drop_table("tries")
    for table in ("factor_leaves", "dropped_members", "replacements", "later_certificates"):
        op.drop_table(table)
    with op.batch_alter_table("invitations", table_kwargs={"sqlite_with_rowid": False}) as batch:
        batch.drop_column("account")
    op.drop_table("manifests")
    op.drop_table("leavings")


def _planned_ends() -> None:
    kinds = {
        "vault_id": sa.String(32),
        "compartment": sa.String(20),
        "serial": sa.Integer(),
        "fingerprint": sa.String(64),
        "member": sa.String(64),
        "not_before": sa.Integer(),
        "day": sa.Integer(),
        "body": sa.LargeBinary(),
        "signer": sa.String(64),
        "signature": sa.LargeBinary(),
        "wrap": sa.LargeBinary(),
    }
    tables = {
        "missing_keys": ("vault_id compartment fingerprint", ""),
        "successors": ("vault_id compartment serial", "not_before body signer signature"),
        "successor_wraps": ("vault_id compartment serial member", "wrap"),
        "endings": ("vault_id fingerprint", "day"),
    }
    for name, (key, rest) in tables.items():
        op.create_table(
            name,
            *(sa.Column(one, kinds[one], autoincrement=False, nullable=False) for one in f"{key} {rest}".split()),
            sa.ForeignKeyConstraint(["vault_id"], ["vaults.id"], name=f"fk_{name}_vault_id_vaults"),
            sa.PrimaryKeyConstraint(*key.split(), name=f"pk_{name}"),
            sqlite_with_rowid=False,
        )


def _deletions() -> None:
    op.create_table(
        "deletions",
        sa.Column("vault_id", sa.String(32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("asked", sa.LargeBinary(), nullable=False),
        sa.Column("asked_signature", sa.LargeBinary(), nullable=False),
        sa.Column("confirmed_by", sa.String(64), nullable=False),
        sa.Column("confirmed_signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("vault_id", name="pk_deletions"),
        sqlite_with_rowid=False,
    )
