"""`hrd-cases recovery`: what can be done with custodians' cards; each command is imported once it is asked for."""

from hrd_cases.cli.options import Entry, LazyGroup
from hrd_cases.domain.words import N_

COMMANDS = {
    "create": Entry(place="recovery_cards:create", help=N_("make root and recovery key and split them (offline)")),
    "reshare": Entry(
        place="recovery_cards:reshare",
        help=N_("from enough cards of a set a new set, which replaces it (offline)"),
    ),
    "check": Entry(
        place="recovery_cards:check", help=N_("restore the keys from the cards and compare them with the pinned ones")
    ),
    "adopt": Entry(
        place="recovery_cards:adopt",
        help=N_(
            "on the server: let a set of cards or a record of custodians count, or believe that cards were read back"
        ),
    ),
    "export": Entry(
        place="recovery_keys:export", help=N_("on the server: ask the custodians for keys (two people log in)")
    ),
    "newcomer": Entry(
        place="recovery_keys:newcomer",
        help=N_("on the server: a one-time code without a log-in; only the root can admit"),
    ),
    "import": Entry(
        place="recovery_keys:take_in",
        help=N_("on the server: import what the custodians opened (an administrator logs in)"),
    ),
    "record": Entry(
        place="recovery_keys:record",
        help=N_("on the server: the custodians' record of who counts as administrator (two people log in)"),
    ),
    "use": Entry(place="recovery_keys:use", help=N_("offline: open what a request asks for with enough cards")),
    "certify": Entry(
        place="recovery_keys:certify",
        help=N_("offline: sign a founder's key, or the custodians' record, with enough root cards"),
    ),
    "drill": Entry(
        place="recovery_drill:drill",
        help=N_("practise the whole ceremony with an invented organisation"),
    ),
}
recovery = LazyGroup("recovery", entries=COMMANDS)
