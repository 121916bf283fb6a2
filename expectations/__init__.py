"""What must hold of data: contracts translated into rules, and batches judged by them. Names no company.

`rules.py` holds each kind of rule once, as SQL and as an expectation; `suite.py` the Great Expectations side, `split.py` the
DuckDB side; `received.py`, `shape.py` and `casting.py` read a batch; `validate.py` puts them together.
"""
