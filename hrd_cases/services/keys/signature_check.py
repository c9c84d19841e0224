"""Whether a record shown in full was written by whom it says.

Checked against certificates and the header of its time.
"""

from hrd_cases.crypto.core.authorship import check_author
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.domain.vaults import PERSON_VAULT
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.vault_membership import roster_if_verified
from hrd_cases.store.records import Check, SignedDocument

MOST_REMEMBERED = 200_000


def check_for(ctx: Context, vault: str) -> Check:
    """A check for the records of one vault; what was found right is remembered in memory by ciphertext hash."""
    roster = roster_if_verified(ctx, vault)

    def check(signed: SignedDocument) -> bool:
        remembered = ctx.runtime.verified
        if signed.sealed_hash in remembered:
            return True
        if roster is None:
            return False
        try:
            header = None
            if roster.kind != PERSON_VAULT:
                header = roster.chains[signed.place.compartment].by_hash(signed.author.header_hash)
            check_author(signed.document, signed.author, signed.place, ctx.trust, header=header)
        except (CryptoError, KeyError):
            return False
        if len(remembered) > MOST_REMEMBERED:
            remembered.clear()
        remembered[signed.sealed_hash] = True
        return True

    return check
