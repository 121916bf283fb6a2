"""A batch as received: from bytes to rows, and from cells to the contract's types, without judging what they hold.

`opened.py` says what bytes are, `encoding.py` and `layout.py` how text is written, `json_lines.py` and `parquet.py` read others,
`header.py` finds the contract's names, `forms.py` how numbers and times are written; `casting.py` and `normal.py` are the SQL by
which cells are read. `batch.py` puts reading together. Whether rows are good is judged in `expectations/`.
"""
