"""Governance: who may let what serve, and how anybody can prove that it was allowed to.

`records` are what is signed and how (keys, times and bytes are arguments), `rules` decide what may stand in the log and what may
serve, `stores` keep log, packages, keys and the witness's copies, `doors` are the ways in for people and services.
"""
