"""Keyed blind tokens: a handle or a name can be looked up without standing in clear."""

from hrd_cases.crypto.encoding import pae
from hrd_cases.crypto.primitives import mac
from hrd_cases.crypto.secrets import Secret

# Three bytes meet by chance on purpose: a token can not be told to be one name and no other.
NAME_TOKEN_LENGTH = 3


def handle_token(pepper: Secret, handle: str) -> bytes:
    """Return the 32 bytes under which a handle is stored; `pepper` lies in the instance folder."""
    return mac(pepper, pae(b"hrd/v1/handle", handle.encode("utf-8", "replace")))


def salt_for_unknown(pepper: Secret, handle: str) -> bytes:
    """Return a steady salt for a handle that does not exist, so that trying it costs and looks the same."""
    return mac(pepper, pae(b"hrd/v1/no-such-handle", handle.encode("utf-8", "replace")))[:16]


def name_token(match: Secret, name: str) -> bytes:
    """Return the three-byte token of a normalised name under the directory's match key."""
    return mac(match, pae(b"hrd/v1/name", name.encode()))[:NAME_TOKEN_LENGTH]
