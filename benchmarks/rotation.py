"""Taking one of 20 members out of a case of 1,000 records, sealing it anew, and handing 1,000 cases to a new colleague.

Yardstick: the library's own key wraps and signatures, as many as the act needs, in memory and without a database; for
sealing anew, the same bytes through AES-GCM once out and once in.
"""

import secrets
import sys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from measure import Pair, report, seconds
from sqlalchemy import func, select
from stage import Stage, add_cases, add_incidents, admit, fold, stage

from hrd_cases.crypto.core.passphrases import CHEAP_FOR_TESTS
from hrd_cases.crypto.core.primitives import hpke_seal, kem_public
from hrd_cases.crypto.core.secrets import Secret
from hrd_cases.domain.ids import case_id
from hrd_cases.services.keys import reencryption
from hrd_cases.services.sharing import sharing
from hrd_cases.services.team import member_removal
from hrd_cases.store import tables

PARTS = 3  # of a case that its lead renews
ROUNDS = 5


def colleague(here: Stage, name: str) -> str:
    """One more caseworker; the account id."""
    return admit(here.runtime, here.founder, here.now, name, "caseworker")[0]


def share(here: Stage, case: str, user: str) -> None:
    """Let a colleague into a case."""
    with here.runtime.writing(here.lawyer, here.now) as ctx:
        sharing.share(ctx, case, user, "full")


def wraps_and_signatures(wraps: int, signatures: int) -> None:
    """What the library takes for so many of them."""
    public, signer = kem_public(Secret(secrets.token_bytes(32))), Ed25519PrivateKey.generate()
    for _ in range(wraps):
        hpke_seal(public, b"yardstick", bytes(32))
    for _ in range(signatures):
        signer.sign(bytes(2000))


def out_and_in(sizes: list[int]) -> None:
    """So many bytes opened and sealed once by the library."""
    key, nonce = AESGCM(secrets.token_bytes(32)), bytes(12)
    for size in sizes:
        sealed = key.encrypt(nonce, bytes(size), None)
        key.encrypt(nonce, key.decrypt(nonce, sealed, None), None)


def sizes_of(here: Stage, case: str) -> list[int]:
    """How long everything is that is sealed anew."""
    found: list[int] = []
    with here.runtime.database.reading() as work:
        for table, column in ((tables.records, "body_sealed"), (tables.digests, "digest_sealed")):
            query = select(func.length(table.c[column])).where(table.c.vault_id == case)
            found += list(work.connection.scalars(query))
    return found


def one_case(here: Stage, case: str, users: list[str]) -> list[dict[str, object]]:
    """Take somebody out, seal anew, let them in again; round by round."""
    out = Pair(f"take 1 of {len(users) + 1} out of a case of 1,000 records", "wraps and signatures of the library")
    anew = Pair("seal the 1,000 records anew", "the same bytes, once out and in")
    for user in users[:ROUNDS]:
        fold(here)

        def take_out(leaver: str = user) -> None:
            with here.runtime.writing(here.lawyer, here.now) as ctx:
                member_removal.change(ctx, case, leaver, member_removal.OUT)

        out.ours.append(seconds(take_out))
        out.yardstick.append(seconds(lambda: wraps_and_signatures(PARTS * (len(users) + 1), PARTS)))
        anew.ours.append(seconds(lambda: seal_anew(here, case)))
        sizes = sizes_of(here, case)
        anew.yardstick.append(seconds(lambda some=sizes: out_and_in(some)))
        share(here, case, user)
    return [out.row(), anew.row()]


def seal_anew(here: Stage, case: str) -> None:
    """Visit by visit until nothing is left."""
    done = 1
    while done:
        with here.runtime.writing(here.lawyer, here.now) as ctx:
            ctx.asked = True
            done = reencryption.go_on(ctx, case)


def many_cases(here: Stage, cases: list[str]) -> dict[str, object]:
    """Hand every case to somebody new, a hundred in each transaction."""
    pair = Pair(f"hand {len(cases):,} cases to a new colleague", "wraps and signatures of the library")
    for number in range(3):
        user = colleague(here, f"New {number}")
        fold(here)

        def hand(newcomer: str = user) -> None:
            for at in range(0, len(cases), 100):
                with here.runtime.writing(here.lawyer, here.now) as ctx:
                    sharing.share_all(ctx, [case_id(case) for case in cases[at : at + 100]], newcomer, "full")

        pair.ours.append(seconds(hand))
        pair.yardstick.append(seconds(lambda: wraps_and_signatures(PARTS * len(cases), PARTS * len(cases))))
    return pair.row()


def main(records: int, members: int, count: int) -> None:
    """Print the table."""
    with stage(CHEAP_FOR_TESTS) as here:
        cases = add_cases(here, count)
        users = [colleague(here, f"Colleague {number}") for number in range(members - 1)]
        fold(here)
        for user in users:
            share(here, cases[0], user)
        add_incidents(here, cases[0], records)
        rows = one_case(here, cases[0], users)
        rows.append(many_cases(here, cases))
    report("New keys", rows)


if __name__ == "__main__":
    asked = [int(text) for text in sys.argv[1:]]
    main(*(asked or (1_000, 20, 1_000)))
