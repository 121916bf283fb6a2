"""People: which customers' ids are of one person, as of any day.

A company declares which columns identify (`declared.py`); rules on normalised values (`normal.py`) propose links between ids
(`candidates.py`), and `matching.py` decides which of them the ledger takes up. The ledger (`ledger.py`) is only ever added to;
who is one person on a day is read from it (`groups.py`, `who_is.py`), and `by_person.py` turns rows of ids into rows of people.

Where a company asks for it (`likeness.py`), records that look alike are links too: what was told of an id by each day
(`versions.py`) is compared (`comparisons.py`) by parameters that Splink estimates (`estimated.py`); `alike.py` finds the pairs.
"""

from tenure.people.declared import Identifier, People, email, identifier, phone
from tenure.people.likeness import Likeness, address, code, date_of_birth, given_name, place, postcode, surname

__all__ = [
    "Identifier",
    "Likeness",
    "People",
    "address",
    "code",
    "date_of_birth",
    "email",
    "given_name",
    "identifier",
    "phone",
    "place",
    "postcode",
    "surname",
]
