"""Provenance: how any score is walked back to raw bytes, made again, and compared; and how things stand."""
