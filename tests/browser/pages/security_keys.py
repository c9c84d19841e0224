"""Security keys: the pages of one's own, and the log-in with one; and the key that Chromium pretends to hold."""

from typing import Any

from pages.visitor import Visitor


class VirtualKey:
    """A key of Chromium's own, in the window of a visitor: it has a PIN, and is touched whenever it is asked."""

    def __init__(self, visitor: Visitor) -> None:
        self.session = visitor.context.new_cdp_session(visitor.page)
        self.session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "ctap2Version": "ctap2_1",
            "transport": "usb",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        self.id = self.session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    @property
    def entries(self) -> list[dict[str, Any]]:
        """What the key keeps."""
        result: list[dict[str, Any]] = self.session.send("WebAuthn.getCredentials", {"authenticatorId": self.id})[
            "credentials"
        ]
        return result

    def is_touched_by_its_owner(self, verified: bool) -> None:
        """Whether the PIN that is typed is the right one."""
        self.session.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": verified})


class SecurityKeys:
    """The page of one's own keys."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.page = visitor, visitor.page

    def add(self, name: str, passphrase: str) -> None:
        """Add a key, from the page of one's account on."""
        self.visitor.go("/m/y")
        self.visitor.follow("Add a security key")
        self.visitor.check()
        self.page.fill("#f-name", name)
        self.page.fill("#f-passphrase", passphrase)
        self.visitor.press("Add this security key")
        self.page.wait_for_url("**/m/y")

    def ask_always(self, passphrase: str) -> None:
        """Switch on that a key is asked for always."""
        self.page.get_by_label("Codes from my telephone no longer work").check()
        self.page.fill("#f-passphrase", passphrase)
        self.visitor.press("Save")


class LogInByKey:
    """The log-in with a key."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.page = visitor, visitor.page

    def open(self) -> "LogInByKey":
        """Go there as people do, from the log-in page."""
        self.visitor.go("/e")
        self.visitor.follow("Log in with a security key")
        return self

    def enter(self, handle: str, passphrase: str) -> None:
        """Type name and passphrase, press the button, touch the key."""
        self.page.fill("#f-handle", handle)
        self.page.fill("#f-passphrase", passphrase)
        self.page.get_by_role("button", name="Log in", exact=True).click()  # a script goes on, or says why not

    @property
    def said(self) -> str:
        """What the page says of the key."""
        return self.page.locator("#security-key-said").inner_text()
