"""The few causes for which a sealed or signed thing is refused; none carries data."""


class CryptoError(Exception):
    """Base of every refusal; its text is fixed, so nothing secret can travel in it."""

    message = "The sealed data was refused."

    def __init__(self) -> None:
        super().__init__(self.message)


class NotOpened(CryptoError):
    """Wrong key, wrong place, or changed bytes: the three are not told apart."""

    message = "The sealed data does not open here."


class UnknownFormat(CryptoError):
    """Version, suite, length or encoding is none that this version reads."""

    message = "The data has no known format."


class NotSigned(CryptoError):
    """A signature, certificate or right to sign is missing or wrong."""

    message = "The statement is not signed by someone who may sign it."


class NotNamed(CryptoError):
    """The header does not name this member."""

    message = "The header does not name this member."


class Weak(CryptoError):
    """Passphrase costs below the floor or above the ceiling, or an impossible passphrase."""

    message = "The passphrase or its cost settings are not acceptable."
