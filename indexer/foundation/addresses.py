"""Addresses that hide their secrets: what is printed or logged of one never shows how to get in.

`Address` holds a setting's or a webhook's; only who connects asks it to `reveal` itself. Listings'
addresses are keys of the state and stay text: `without_secrets` is for what is told of them, and
of anything else that may quote one, such as a library's error.
"""

import re
from dataclasses import dataclass

HIDDEN = "***"
_WEB = re.compile(r"(?:(?<=http://)|(?<=https://))[^\s/?#\"'<>]*@", re.I)
# a user's name says whose a database or mailbox is; on the web it may be the token itself
_OTHER = re.compile(
    r"(?<![a-z0-9+.-])((?!https?:)[a-z][a-z0-9+.-]{0,40}://[^\s:@/?#]{0,200}):(?!PASSWORD@)[^\s@]{0,500}@",
    re.I,
)
_VALUE = re.compile(
    r"([?&;](?:[\w.%-]*(?:token|secret|passw(?:or)?d|signature|credentials?|api[_-]?key)"
    r"|key|sig|pw|pwd|pass|auth|code|jwt)=)[^\s&;#\"'<>]+",
    re.I,
)
_LONG = 20  # characters of a path's part that may be a token: Slack's have 24
_PART = re.compile(rf"(?<=/)(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{{{_LONG},}}(?=[/?#.]|$)")


@dataclass(frozen=True, slots=True, repr=False)
class Address:
    """One address. As text, and inside of text, it is shown without its secrets."""

    _whole: str

    @classmethod
    def of(cls, written: "Address | str") -> "Address":
        """The address that was written."""
        return written if isinstance(written, Address) else cls(written)

    def reveal(self) -> str:
        """The address itself: for a connection, and for where it is kept."""
        return self._whole

    @property
    def hides(self) -> bool:
        """Whether there is a secret in it."""
        return str(self) != self._whole

    def __str__(self) -> str:
        shown = without_secrets(self._whole)
        if not shown.lower().startswith(("http://", "https://")):
            return shown
        scheme, _, rest = shown.partition("//")
        begin, at, rest_behind = rest.rpartition("@")
        if at and ":" in begin:  # a password with / in it
            rest = f"{HIDDEN}@{rest_behind}"
        return f"{scheme}//{_PART.sub(HIDDEN, rest)}"

    def __repr__(self) -> str:
        return f"Address({str(self)!r})"

    def __format__(self, form: str) -> str:
        return format(str(self), form)


def without_secrets(text: str) -> str:
    """Text with users, passwords and values called token, key ... of its addresses hidden."""
    if "=" in text:
        text = _VALUE.sub(rf"\1{HIDDEN}", text)
    if "@" not in text:
        return text
    return _OTHER.sub(rf"\1:{HIDDEN}@", _WEB.sub(f"{HIDDEN}@", text))
