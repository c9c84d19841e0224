"""Why nothing may be sealed to a part of a vault now, and what the person who wanted to write reads then."""

from hrd_cases.domain.words import N_

DUE = "due"  # somebody is still named in it who no longer belongs there
MISSING = "missing"  # the newest header names a key that the reader does not hold
WITHHELD = "withheld"  # the log has a newer header of it, which is not in the database

KEYS_DUE = N_("A colleague who could open this has left. Nothing can be saved until the case lead changes the keys.")
KEY_MISSING = N_(
    "A key of yours is missing here, so nothing you write would be safe. The team page says who can send it again."
)
LIST_WITHHELD = N_(
    "The newest list of who may open this is missing in the database, though the log has it. Nothing can be saved "
    "here. Tell the person who runs the server: they restore the newest backup."
)
REFUSALS = {DUE: KEYS_DUE, MISSING: KEY_MISSING, WITHHELD: LIST_WITHHELD}
