"""Where files lie: on this machine, or at any address that fsspec knows, such as s3://bucket/orders/2020-12-31.csv."""

import glob
import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from tenure.contracts.readers import ending_of
from tenure.errors import SourceError

_FIRST_DAY_OF_ZIP = (1980, 1, 1, 0, 0, 0)


def is_address(place: str) -> bool:
    """Whether a place is an address, and no path of this machine."""
    return re.match(r"[a-z][a-z0-9+.-]*://", place) is not None


def is_pattern(place: str) -> bool:
    """Whether a place stands for several files."""
    return "*" in place


def lying(place: str) -> Mapping[str, bytes]:
    """The files at a place by their names, in order; nothing where there are none.

    Raises
    ------
    SourceError: when an address cannot be reached.
    """
    if is_address(place):
        return _at_address(place)
    if is_pattern(place):
        # Brackets are a pattern for glob alone.
        paths = sorted(map(Path, glob.glob(re.sub(r"[\[?]", r"[\g<0>]", place), recursive=True)))
    else:
        paths = [Path(place)]
    return {path.name if len(paths) == 1 else str(path): path.read_bytes() for path in paths if path.is_file()}


def addresses(place: str) -> tuple[str, ...]:
    """The addresses of the files at one, of a folder or a pattern too.

    Raises
    ------
    SourceError: when it cannot be reached.
    """
    import fsspec

    try:
        system, path = fsspec.core.url_to_fs(place)
        names = sorted(system.glob(path)) if is_pattern(path) else sorted(system.ls(path, detail=False))
        return tuple(system.unstrip_protocol(name) for name in names)
    except Exception as error:  # the edge: each file system raises its own
        raise SourceError(_unreadable(place, error)) from error


def together(files: Mapping[str, bytes]) -> tuple[bytes, str]:
    """Files as one batch: a single one as it is, several in a ZIP, each with its bytes as they are."""
    if len(files) == 1:
        ((name, content),) = files.items()
        return content, ending_of(name) or ""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(PurePosixPath(name).as_posix().lstrip("/"), _FIRST_DAY_OF_ZIP), content)
    return buffer.getvalue(), "zip"


def _at_address(place: str) -> Mapping[str, bytes]:
    """Files at an address of fsspec."""
    import fsspec

    try:
        system, path = fsspec.core.url_to_fs(place)
        system.invalidate_cache()
        names = sorted(system.glob(path)) if is_pattern(path) else [path]
        return {name: found for name in names if (found := _read(system, name)) is not None}
    except Exception as error:  # the edge: each file system raises its own
        raise SourceError(_unreadable(place, error)) from error


def _unreadable(place: str, error: Exception) -> str:
    """Why an address is not read."""
    hint = "Install what it takes: pip install 'tenure[s3]'. " if isinstance(error, ImportError) else ""
    return f"{place} cannot be read ({type(error).__name__}). {hint}Check the address, and that this machine may read it."


def _read(system: Any, name: str) -> bytes | None:
    """One file; None where there is none."""
    try:
        return bytes(system.cat_file(name))
    except (FileNotFoundError, IsADirectoryError):
        return None
