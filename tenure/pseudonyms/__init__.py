"""Pseudonyms: ids stand raw in the bytes received alone; everything that is made of them holds keyed words in their place.

A company asks for it by `pseudonyms=Pseudonyms()` in its `project.py` (`declared.py`). Which columns are replaced follows from
its contracts and from what it says identifies a person (`hidden.py`). They are replaced where a batch is judged
(`expectations/hidden_rows.py`); the key and the map back lie with the keys (`adapters/pseudonym_map.py`).
"""

from tenure.pseudonyms.declared import Pseudonyms

__all__ = ["Pseudonyms"]
