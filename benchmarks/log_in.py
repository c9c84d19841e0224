"""Logging in, and what a colleague's page costs while twenty others log in.

Yardstick: one Argon2id at the organisation's cost.
"""

import threading
import time

from measure import compare, report
from stage import Stage, add_cases, stage

from hrd_cases.crypto.core.passphrases import FLOOR, new_salt, passphrase_keys
from hrd_cases.services.casework import cases
from hrd_cases.services.signin import accounts


def crowd(here: Stage, case: str, people: int = 20) -> list[float]:
    """Seconds of a colleague's pages while `people` log in at once."""
    done = threading.Event()

    def log_in() -> None:
        accounts.sign_in(here.runtime, here.handle, here.passphrase, "", here.now)

    session = here.founder
    threads = [threading.Thread(target=log_in) for _ in range(people)]
    pages: list[float] = []
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads) and not done.is_set():
        start = time.perf_counter()
        with here.runtime.reading(session, here.now) as ctx:
            cases.listing(ctx, cases.CaseFilter())
        pages.append(time.perf_counter() - start)
        time.sleep(0.02)
    for thread in threads:
        thread.join()
    return sorted(pages)


def main() -> None:
    """Print the table."""
    with stage() as here:
        case = add_cases(here, 3)[0]
        salt = new_salt()
        rows = [
            compare(
                "log in",
                lambda: accounts.sign_in(here.runtime, here.handle, here.passphrase, "", here.now),
                "one Argon2id, 64 MiB, t=3",
                lambda: passphrase_keys(here.passphrase, salt, FLOOR, here.runtime.org, bytes(16)),
            )
        ]
        pages = crowd(here, case)
        rows.append(
            {
                "work": "a colleague's page while 20 log in: median, worst",
                "ours_ms": round(pages[len(pages) // 2] * 1000, 1),
                "yardstick": "worst of the same pages",
                "yardstick_ms": round(pages[-1] * 1000, 1),
                "rounds": len(pages),
            }
        )
        report("Log-in", rows)


if __name__ == "__main__":
    main()
