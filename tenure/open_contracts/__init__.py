"""Contracts of sources in the form of the Open Data Contract Standard (Bitol, v3): written, and read back.

`written.py` writes a source as a document, `read.py` reads documents, `quality.py` turns rules into library rules and back,
`custom.py` keeps what the standard has no place for, `document.py` is YAML with its lines. Reference: bitol.io.
"""
