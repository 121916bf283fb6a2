"""Transparency and consent strings of the IAB: which purposes somebody consented to, as SQL over a column that holds them.

Of the core string, version 2, the 24 bits from bit 152 on say for each purpose of the framework whether consent was given (IAB
Tech Lab, "Consent string and vendor list formats v2", PurposesConsent). Vendors, publisher restrictions and legitimate interest
are not read: a bit of the last that is not set tells no objection apart from nothing said. A string that cannot be read gives
no consent.
"""

from tenure.consent.rule import Said
from tenure.history.prepared import quoted

PURPOSES = range(1, 25)
# The first character holds the version, and 32 characters are 24 whole bytes: more than the purposes need.
_READABLE, _CHARACTERS, _FIRST_BIT = "^C[A-Za-z0-9_-]{31}", 32, 152


def said_of(column: str, purpose: int) -> str:
    """SQL for whether the string of a row gives consent to a purpose of the framework."""
    core = f"split_part(trim(CAST({quoted(column)} AS VARCHAR)), '.', 1)"
    bits = f"CAST(from_base64(translate(left({core}, {_CHARACTERS}), '-_', '+/')) AS BIT)"
    is_given = f"regexp_matches({core}, '{_READABLE}') AND TRY(get_bit({bits}, {_FIRST_BIT + purpose - 1})) = 1"
    return f"CASE WHEN {is_given} THEN '{Said.GIVEN.value}' ELSE '{Said.WITHDRAWN.value}' END"
