"""Subscribers of a telephone company: see `project.py`."""
