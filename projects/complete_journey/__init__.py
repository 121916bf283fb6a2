"""A grocer's loyalty base: see `project.py`."""
