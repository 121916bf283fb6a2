"""What is signed, and the log that holds it. Pure: keys, times and bytes are arguments.

Bottom up: `signing` (one signature form), `trust_root` (who may sign what), `statement`, `approval`, `serving` and `delivery`
(what is signed), `merkle` and `log` (the tree), `ledger` (a verified log).
"""
