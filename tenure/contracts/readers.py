"""Where a source's batches are read from, as data. How they are read is `adapters/readers/`'s."""

from dataclasses import dataclass

from tenure.errors import SpecError

# What the names of files end in, without compression, and the compressions that may follow.
KINDS = ("parquet", "csv", "tsv", "txt", "jsonl", "ndjson", "json")
COMPRESSIONS = ("gz", "bz2", "xz", "zst", "zip")
ENDINGS = (*KINDS, *(f"{kind}.{how}" for kind in KINDS for how in COMPRESSIONS), "zip", "gz")


@dataclass(frozen=True, kw_only=True)
class PackageTables:
    """Read from Parquet tables shipped inside an installed Python package.

    `query` is SQL over `tables` (view name -> path inside the package) and returns the columns as the company names them.
    """

    package: str
    extra: str
    tables: tuple[tuple[str, str], ...]
    query: str


@dataclass(frozen=True, kw_only=True)
class Files:
    """Read one file a day; `pattern` is a path with `{day}` for the event day (ISO)."""

    pattern: str

    def __post_init__(self) -> None:
        """Refuse a path that is the same for every day, or of a kind that nobody reads."""
        if "{day}" not in self.pattern or ending_of(self.pattern) is None:
            raise SpecError(
                f"Files are read one a day from a path that holds {{day}} and ends in one of .{', .'.join(KINDS)}, "
                f"or one of them with .{', .'.join(COMPRESSIONS)} after it; found {self.pattern!r}."
            )


def ending_of(name: str) -> str | None:
    """What a file's name says of its kind, such as "csv.gz"; None where nobody reads such files."""
    lower = name.lower()
    return next((ending for ending in sorted(ENDINGS, key=len, reverse=True) if lower.endswith(f".{ending}")), None)
