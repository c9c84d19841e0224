"""A rule was broken: a message for the person, with no case data in it."""

from collections.abc import Mapping
from datetime import datetime

from hrd_cases.domain.words import N_, Sentence


class RuleBroken(Exception):
    """Something a person asked for is against a rule; `text` is a msgid to show, `place` the field it belongs to."""

    def __init__(self, text: str, *, place: str = "", values: Mapping[str, object] | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.place = place
        self.values = dict(values or {})


class LogRefused(RuleBroken):
    """Nothing is written: the log in the database is not the one that this server wrote."""

    def __init__(self, fault: str) -> None:
        super().__init__(
            N_(
                "The audit log was changed in the database: %(what)s. Nothing is written until "
                "this is repaired. Tell the server operator to run hrd-cases check and to "
                "restore the newest backup."
            ),
            values={"what": Sentence(msgid=fault)},
        )


class NotFound(Exception):
    """Unknown, or not this person's: the two must look the same."""


class Deleted(NotFound):
    """A record that two people deleted for good, from something that this person may open: when, and who they were."""

    def __init__(self, *, at: datetime | None, by: str, asked_by: str) -> None:
        super().__init__("deleted for good")
        self.at = at
        self.by = by
        self.asked_by = asked_by


class KeysAltered(NotFound):
    """What says who may open something was altered in the database; `text`, a msgid, is for who opened it before."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class Forbidden(Exception):
    """The person may know that the thing exists, but may not do this to it."""


class Changed(Exception):
    """A colleague saved the record meanwhile; `newest` is the stored version to show beside what was typed."""

    def __init__(self, newest: object = None) -> None:
        super().__init__("changed meanwhile")
        self.newest = newest


class SessionEnded(Exception):
    """The account, its certificate or the organisation is not as it was at log-in: the session is over."""


class Busy(Exception):
    """So many passphrases are being tried at this moment that this one has to be sent again later."""


class DatabaseBusy(Exception):
    """Others write for so long that this act did not come to its turn: nothing of it was done."""


class NoRoom(Exception):
    """The disk has room for reading alone: nothing of this act was done."""


class StepUpNeeded(Exception):
    """The act asks for passphrase and code again; `act` is its name."""

    def __init__(self, act: str) -> None:
        super().__init__("passphrase and code are asked for again")
        self.act = act


class Confirmed(RuleBroken):
    """Passphrase and code came with this very request: what it asks for is shown once more, and not carried out."""
