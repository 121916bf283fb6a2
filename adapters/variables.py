"""One variable of the environment as what it is to be; which there are, and what they mean, is `settings.py`'s.

Each raises SpecError for a value that cannot be used.
"""

import os
import re
from pathlib import Path

from tenure.errors import SpecError


def web_address(name: str) -> str | None:
    """An address of the web from the environment; None where there is none."""
    text = os.environ.get(name)
    if text and not text.startswith(("http://", "https://")):
        raise SpecError(f"{name} must begin with http:// or https://, found {text!r}. Correct it, or unset it to write a file.")
    return text or None


def folders(name: str) -> tuple[Path, ...]:
    """Folders from the environment, parted as those of PATH are."""
    return tuple(Path(one).expanduser().resolve() for one in (os.environ.get(name) or "").split(os.pathsep) if one)


def folder(name: str) -> Path | None:
    """A path from the environment, or None."""
    text = os.environ.get(name)
    return Path(text).expanduser().resolve() if text else None


def digest(name: str) -> str | None:
    """A SHA-256 in lower-case hex from the environment, or None."""
    text = os.environ.get(name)
    if text and not re.fullmatch("[0-9a-f]{64}", text):
        raise SpecError(f"{name} must be a SHA-256 in 64 letters of lower-case hex (tenure trust show prints it). Correct it.")
    return text or None


def switch(name: str) -> bool:
    """Whether a variable says `on`; it may say `off`, or nothing."""
    text = os.environ.get(name) or "off"
    if text not in ("on", "off"):
        raise SpecError(f"{name} must be on or off, found {text!r}. Correct it, or unset it for off.")
    return text == "on"


def port(name: str, default: int = 0) -> int:
    """A port from the environment; a default of 0 stands for none."""
    return whole(name, default, most=65_535)


def whole(name: str, default: int, *, most: int) -> int:
    """A whole number from 1 to `most` from the environment."""
    text = os.environ.get(name)
    if not text:
        return default
    # Python takes other scripts' digits for digits too, some of which it then cannot read.
    if not re.fullmatch("[0-9]{1,6}", text) or not 1 <= int(text) <= most:
        raise SpecError(
            f"{name} must be a whole number from 1 to {most}, found {text!r}. Correct it, or unset it for {default or 'none'}."
        )
    return int(text)
