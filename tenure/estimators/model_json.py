"""The JSON file inside a model's package: written in one form, and refused with a reason when it is not what it should be."""

import json
from collections.abc import Mapping
from typing import Any

from tenure.errors import PackageError


def write_model_json(*, model: str, format_version: int, content: Mapping[str, Any]) -> bytes:
    """Write a model's figures as JSON with sorted keys, so that equal models give equal bytes."""
    return json.dumps({"model": model, "format": format_version, **content}, sort_keys=True, indent=1, allow_nan=False).encode()


def read_model_json(files: Mapping[str, bytes], name: str, *, model: str, format_version: int) -> dict[str, Any]:
    """Read a model's figures back.

    Raises
    ------
    PackageError: when the file is missing, or is another model's or another format's.
    """
    if name not in files:
        raise PackageError(
            f"The package of a {model} model holds a file {name!r}; found {sorted(files)}. Export the model again."
        )
    try:
        content = json.loads(files[name])
    except ValueError:
        raise PackageError(f"{name!r} must be JSON and cannot be read as such. Copy the package again, or export anew.") from None
    found = (content.pop("model", None), content.pop("format", None)) if isinstance(content, dict) else (None, None)
    if found != (model, format_version):
        raise PackageError(
            f"{name!r} must hold a {model} model in format {format_version}; found {found}. Use the release that wrote it."
        )
    return dict(content)
