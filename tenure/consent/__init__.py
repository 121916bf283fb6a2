"""Consent: what each person said of each purpose, and what may be done with their data at a moment, as known at a moment.

A company declares where events of consent stand (`declared.py`); what they mean in its words becomes one form (`told.py`). The
rule is written twice: of one person in plain Python (`rule.py`), and of all at once as one expression (`states.py`).
"""

from tenure.consent.declared import Consents

__all__ = ["Consents"]
