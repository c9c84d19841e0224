"""Coming in: log-in, activation, waiting, unlocking."""

import base64
import hashlib
import hmac
import struct
from datetime import datetime

from pages.visitor import Visitor


def code_at(secret: str, moment: datetime) -> str:
    """The six figures an authenticator app shows (RFC 6238, SHA-1, 30 s), from the secret in letters."""
    letters = secret.replace(" ", "")
    seed = base64.b32decode(letters + "=" * (-len(letters) % 8))
    step = struct.pack(">Q", int(moment.timestamp()) // 30)
    mac = hmac.new(seed, step, hashlib.sha1).digest()
    start = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


class LogIn:
    """The log-in page."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.page = visitor, visitor.page

    def open(self) -> "LogIn":
        """Go there."""
        self.visitor.go("/e")
        return self

    def enter(self, handle: str, passphrase: str, code: str = "") -> None:
        """Type name and passphrase, and press the button."""
        self.page.fill("#f-handle", handle)
        self.page.fill("#f-passphrase", passphrase)
        if code:
            self.page.fill("#f-code", code)
        self.visitor.click(self.page.locator("main form button").first)


class Activation:
    """The pages where a newcomer becomes somebody with keys."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.page = visitor, visitor.page

    def begin(self, code: str) -> None:
        """Type the one-time code."""
        self.visitor.go("/e")
        self.visitor.click(self.page.locator("main a[href='/e/a']"))
        self.page.fill("#f-code", code)
        self.visitor.click(self.page.locator("main form button").first)

    def written_down(self, heading: str) -> str:
        """What the offer shows under a heading, as it is copied to paper."""
        part = self.page.locator("section", has=self.page.get_by_role("heading", name=heading, exact=True))
        return part.locator("code").first.inner_text().strip()

    @property
    def picture_is_drawn(self) -> bool:
        """True when the picture for the authenticator arrived."""
        return self.page.locator("img.qr").evaluate("image => image.complete && image.naturalWidth > 100")

    def finish(self, code: str) -> None:
        """Type the code of the telephone and go on."""
        self.page.fill("#f-code", code)
        self.visitor.click(self.page.locator("main form button").first)

    @property
    def words(self) -> str:
        """The eight words to read aloud."""
        return self.page.locator("main .secret-words code").inner_text().strip()


class Unlock:
    """The page of a locked session."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.page = visitor, visitor.page

    def enter(self, passphrase: str) -> None:
        """Type the passphrase; nothing else is asked."""
        self.page.fill("#f-passphrase", passphrase)
        self.visitor.click(self.page.locator("main form button").first)
