"""What the machine refused, said in one sentence, in whatever words a library passes it on."""

import errno
import sqlite3

import pytest

from cli.edges import in_words


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (errno.ENOSPC, "The disk is full: /home/x could not be written"),
        (errno.EDQUOT, "The disk is full"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "may not read or write /home/x"),
        (errno.ENOENT, "/home/x could not be read or written: words of the system. Correct the path"),
        (errno.EISDIR, "/home/x could not be read or written"),
    ],
)
def test_a_number_of_the_system_is_a_sentence_that_names_the_file(number: int, says: str) -> None:
    """What and where, and what to do."""
    assert says in str(in_words(OSError(number, "words of the system", "/home/.x.0a1b2c3d.new")))


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (RuntimeError("Generic LocalFileSystem error: No space left on device (os error 28)"), "The disk is full"),
        (sqlite3.OperationalError("attempt to write a readonly database"), "read-only"),
        (sqlite3.OperationalError("database or disk is full"), "The disk is full"),
        (sqlite3.OperationalError("unable to open database file"), "may not read or write"),
        (RuntimeError("Permission denied (os error 13)"), "may not read or write"),
    ],
)
def test_a_library_s_words_are_understood(error: Exception, says: str) -> None:
    """Rust and SQLite keep the system's number to themselves."""
    assert says in str(in_words(error))


def test_the_cause_counts_whatever_it_was_wrapped_in() -> None:
    """An orchestrator's error says that a step failed; why is further down."""
    wrapped = RuntimeError("step failed")
    wrapped.__cause__ = ValueError("while writing")
    wrapped.__cause__.__context__ = OSError(errno.ENOSPC, "full", "/home/x")

    assert "The disk is full: /home/x" in str(in_words(wrapped))


def test_a_fault_of_ours_is_not_made_a_sentence() -> None:
    """Whoever mends it needs the whole of it."""
    assert in_words(KeyError("customer_id")) is None
