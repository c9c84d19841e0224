"""What is said after an act, by code: neither an address nor a cookie ever carries text."""

from hrd_cases.domain.words import N_

DONE, INFO, WARN, ERROR = "done", "info", "warn", "error"

MESSAGES: dict[str, tuple[str, str]] = {
    "saved": (DONE, N_("Saved.")),
    "made": (DONE, N_("Saved. It is new.")),
    "files_kept": (DONE, N_("The files are taken in and sealed.")),
    "files_kept_unread": (
        WARN,
        N_("The files are safe. Something typed beside them could not be read and stands in the notes: correct it."),
    ),
    "edited": (DONE, N_("The edited filing is taken back. It is the filing of record.")),
    "released": (DONE, N_("Released: sealed, numbered and frozen.")),
    "unchanged": (INFO, N_("Nothing was changed.")),
    "taken": (DONE, N_("The call is kept. What should become of it?")),
    "attached": (DONE, N_("The call now belongs to the case.")),
    "split": (DONE, N_("The call was split: there are two calls now.")),
    "closed": (DONE, N_("Closed.")),
    "shared": (DONE, N_("Shared. From now on your colleague can open it.")),
    "renewed": (DONE, N_("The keys were renewed.")),
    "founded": (DONE, N_("The lawyers' part of this case was begun. Only its lawyers can read it.")),
    "linked": (DONE, N_("Connected with the case.")),
    "invited": (DONE, N_("A one-time code was made.")),
    "certified": (DONE, N_("Admitted. From the next page on your colleague can work here.")),
    "disabled": (DONE, N_("The account is closed and its sessions have ended.")),
    "granted": (DONE, N_("Handed over. Your colleague can open it now.")),
    "passphrase": (DONE, N_("The passphrase was changed. Your other sessions have ended.")),
    "restored": (INFO, N_("This is what you had typed. It is not saved yet.")),
    "ended": (DONE, N_("Your other sessions have ended.")),
    "log_changed": (
        ERROR,
        N_("The log is not as you last saw it: entries are missing or changed. Tell your auditor first."),
    ),
    "keys_changed": (
        ERROR,
        N_("The keys of this server are not those you joined with. Enter nothing. Tell your administrator."),
    ),
    "dropped": (DONE, N_("Thrown away.")),
}

# Said to somebody who is not logged in, so their code stands in the address: one letter, telling nothing.
AT_THE_DOOR: dict[str, tuple[str, str]] = {
    "a": (DONE, N_("You are out. This browser keeps nothing of what you saw.")),
    "b": (INFO, N_("Your time was over. What you typed is kept for you, sealed: it is offered after you log in.")),
    "c": (INFO, N_("Log in to go on.")),
    "d": (WARN, N_("Your time was over, and what you sent could not be kept. Nothing was changed.")),
    "f": (INFO, N_("Locked. Your passphrase opens it again.")),
}
