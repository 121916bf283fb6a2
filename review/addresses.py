"""Addresses: where each page of the room is, by the name of its route. Whatever links, links by this."""

import re
from collections.abc import Mapping
from urllib.parse import quote, urlencode

from review.access import ROUTES

_PATHS: Mapping[str, str] = {route.name: route.path for route in ROUTES}


def address(route: str, /, *, company: str = "", **given: object) -> str:
    """The address of a route; what its path does not name is asked for after it, unless it is empty.

    Parameters
    ----------
    route: its name in the table of access.
    company: whose page it is, where it is a company's.

    Raises
    ------
    KeyError: when there is no such route, or something that its path names is not given.
    """
    path = _PATHS[route]
    parts = set(re.findall(r"{(\w+)}", path))
    filled = path.format_map({part: quote(str({"company": company, **given}[part]), safe="") for part in parts})
    asked = {key: value for key, value in given.items() if key not in parts and value not in ("", None)}
    return filled + (f"?{urlencode(asked, safe='/')}" if asked else "")
