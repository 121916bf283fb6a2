"""Promotion: how a model package comes to serve, and how anybody can prove that it was allowed to.

Pure; keys, times and bytes are arguments. Bottom up: `canonical` and `signing` (one spelling, one signature form), `trust` (who
may sign what), `package`, `statement` and `approval` (what is signed), `merkle` and `log` (the tree), `ledger` (a verified
log), `serving` and `rules` (who comes to serve, and when not), `policy` and `propose` (before a promotion), `verify` (before a
load, and for the whole history). `refusals` names every rule. `history` reads who served; `delivery` is what the
scorer signs. Files, databases and locks live in `adapters/`.
"""
