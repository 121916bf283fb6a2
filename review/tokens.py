"""Tokens: that a form is this visitor's own (CSRF), that it was shown for exactly this act, that a browser is known.

Each is a keyed hash over what it vouches for, bound to the visitor's session or name: nothing is kept, or can be carried over.
"""

import hashlib
import hmac


def form_token(secret: bytes, binding: str) -> str:
    """The token of every form shown to one visitor."""
    return _made(secret, "form", binding)


def act_token(secret: bytes, once: str, *about: str) -> str:
    """The token of one form that acts; `about` is who sees it, and all that the act would cover."""
    return _made(secret, "act", once, *about)


def browser_token(secret: bytes, name: str, browser: str) -> str:
    """The token of a browser in which the person of that name was let in; it opens nothing."""
    return _made(secret, "browser", name, browser)


def is_token(found: str, expected: str) -> bool:
    """Compare in a time that tells nothing."""
    return hmac.compare_digest(found.encode(), expected.encode())


def _made(secret: bytes, *parts: str) -> str:
    """A keyed hash over parts with their lengths, so that no two lists of parts are spelled alike."""
    message = "".join(f"{len(part)}:{part}" for part in parts)
    return hmac.new(secret, message.encode(), hashlib.sha256).hexdigest()
