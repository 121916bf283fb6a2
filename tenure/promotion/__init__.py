"""Promotion: what a model package is, and what became of each one.

Pure: `package.py` names bytes by their digest, `records.py` reads the history of promotions. The files, the log and the lock
that make both lasting live in `adapters/package_store.py` and `adapters/promotion.py`.
"""
