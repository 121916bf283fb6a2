"""Purposes: what a company's data may be used for, by which right, and which columns each use may read.

A company declares them in `project.py` (`declared.py`). People approve them as they approve models, which `governance/` does.
"""

from tenure.purposes.declared import Basis, Purpose

__all__ = ["Basis", "Purpose"]
