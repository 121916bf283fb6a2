"""People: which customers' ids are of one person, as of any day.

A company declares which columns identify (`declared.py`); rules on normalised values (`normal.py`) propose links between ids
(`candidates.py`), and `matching.py` decides which of them the ledger takes up. The ledger (`ledger.py`) is only ever added to;
who is one person on a day is read from it (`groups.py`, `who_is.py`), and `by_person.py` turns rows of ids into rows of people.
"""

from tenure.people.declared import Identifier, People, email, identifier, phone

__all__ = ["Identifier", "People", "email", "identifier", "phone"]
