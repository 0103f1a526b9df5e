"""A SQLite database that several threads and processes use at a time, and that may be damaged."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sqlite3
import threading
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from .._errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")

BUSY_SECONDS = 10.0  # how long a writer waits for another one
_SLICE_SECONDS = 0.1  # SQLite's own waiting cannot be interrupted, so it is cut in slices

# Connections that a fork left in the child. SQLite forbids even to close them there: that could
# take the parent's locks away.
_inherited: list[sqlite3.Connection] = []

_NO_SHARED_MEMORY = (
    "unable to open database file",
    "attempt to write a readonly database",
    "disk I/O error",
)

_SETTINGS = (
    # A commit survives a loss of power, too. NORMAL would spare one fsync a commit, and there are
    # at most a few commits a second.
    "PRAGMA synchronous = FULL",
    # The file may come from anyone: what its schema says is data, not code.
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
)
_FIRST_LOOK = "SELECT count(*) FROM sqlite_master"  # fixes the state that a transaction will see


class Database:
    """A file of SQLite's, opened for reading or for both; closed when it is collected.

    One connection serves all threads of a process, one transaction at a time. A process that was
    forked off opens its own. SQLite's errors become `FormatError` where the file is at fault.
    """

    _connection: sqlite3.Connection | None = None

    def __init__(self, file: Path, *, writable: bool) -> None:
        self.file = file
        self.writable = writable
        self._lock = threading.Lock()
        self._pid = os.getpid()
        self._frozen: tuple[int, ...] | None = None
        self._connection = self._connect()

    def __del__(self) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; nothing happens if that was done before."""
        if self._connection is None:
            return
        if self._pid != os.getpid():
            self._disown()
            return
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def read(self, action: Callable[[sqlite3.Connection], T]) -> T:
        """Return ``action(connection)``, which sees one committed state all the time."""
        return self._transact("DEFERRED", action)

    def write(self, action: Callable[[sqlite3.Connection], T]) -> T:
        """Return ``action(connection)``; its changes are committed at the end, all or none.

        Raises
        ------
        RuntimeError
            If another process has been writing for `BUSY_SECONDS`.
        """
        return self._transact("IMMEDIATE", action)

    def compact(self) -> None:
        """Write the whole file anew, and empty the log: nothing of what was deleted is left.

        Raises
        ------
        RuntimeError
            If another process has been writing, or reading an older state, for `BUSY_SECONDS`.
        """

        def empty_log(connection: sqlite3.Connection) -> None:
            (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if busy:
                raise sqlite3.OperationalError("locked")

        if self._pid != os.getpid():
            self._become_own()
        with self._lock, _translated(self.file):
            connection = self._connected()
            _roll_back(connection)
            for action in (lambda: connection.execute("VACUUM"), lambda: empty_log(connection)):
                _patiently(action)

    def _transact(self, kind: str, action: Callable[[sqlite3.Connection], T]) -> T:
        if self._pid != os.getpid():
            self._become_own()
        # The lock is held by this very frame: a Ctrl-C while the code of a context manager of our
        # own was entered or left would leave it locked for as long as the exception lives.
        with self._lock, _translated(self.file):
            connection = self._connected()
            try:
                self._begin(connection, kind)
                result = action(connection)
                if kind == "IMMEDIATE":
                    connection.execute("COMMIT")
                return result
            finally:
                _roll_back(connection)

    def _become_own(self) -> None:
        """Take a connection of this process's own, after a fork."""
        was_open = self._connection is not None
        self._disown()
        self._lock = threading.Lock()  # the old one may never be released here
        self._pid = os.getpid()
        self._connection = self._connect() if was_open else None

    def _connected(self) -> sqlite3.Connection:
        if self._connection is None:
            raise ValueError(f"the catalogue {str(self.file.parent)!r} is closed")
        if self._frozen is not None and self._frozen != self._signature():
            self._connection.close()
            self._connection = self._connect()
        return self._connection

    def _disown(self) -> None:
        """Leave the connection to the process that this one was forked from."""
        if self._connection is not None:
            _inherited.append(self._connection)
            self._connection = None

    def _connect(self) -> sqlite3.Connection:
        self._frozen = None
        with _translated(self.file):
            if self.writable:
                return self._opened("mode=rw")
            try:
                return self._opened("mode=ro")
            except sqlite3.OperationalError as error:
                if not any(text in str(error) for text in _NO_SHARED_MEMORY):
                    raise
                # On a read-only or full disk for example, where SQLite cannot create its shared
                # memory, it must be told that nobody writes; `_connected` looks whether somebody
                # has.
                self._frozen = self._signature()
                if self._frozen[-1] > 0:  # there are commits that only a writer can bring home
                    raise
            return self._opened("mode=ro&immutable=1")

    def _opened(self, options: str) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{self.file.absolute().as_uri()}?{options}",
            uri=True,
            timeout=_SLICE_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            for setting in (*_SETTINGS, _FIRST_LOOK):
                _patiently(partial(connection.execute, setting))
        except BaseException:
            connection.close()
            raise
        return connection

    def is_cut(self, page_size: int) -> bool:
        """Tell whether the file ends within a page, which SQLite would fill up with zeros."""
        _, size, _, n_logged = self._signature()
        # With commits in the log, the file's end may just be in the writing.
        return n_logged == 0 and size % page_size != 0

    def _signature(self) -> tuple[int, ...]:
        """Return what changes when somebody writes; at the end the size of the log of commits."""
        status, log = self.file.stat(), Path(f"{self.file}-wal")
        n_logged = log.stat().st_size if log.exists() else 0
        return status.st_ino, status.st_size, status.st_mtime_ns, n_logged

    def _begin(self, connection: sqlite3.Connection, kind: str) -> None:
        def attempt() -> None:
            _roll_back(connection)  # what a Ctrl-C at the wrong moment may have left open
            connection.execute(f"BEGIN {kind}")
            connection.execute(_FIRST_LOOK).fetchone()

        _patiently(attempt)


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:  # after some errors SQLite itself has rolled back
        connection.execute("ROLLBACK")


def _patiently(action: Callable[[], T]) -> T:
    """Try again while another process holds the lock; Ctrl-C gets through in between."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            return action()
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise


@contextlib.contextmanager
def _translated(file: Path) -> Iterator[None]:
    """Turn SQLite's errors into what they mean."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise _meaning(error, file) from error
    except UnicodeDecodeError as error:  # of a message of SQLite's that quotes damaged text
        raise _damaged(file, error) from error


def _meaning(error: sqlite3.DatabaseError, file: Path) -> Exception:
    text, folder = str(error), str(file.parent)
    if isinstance(error, sqlite3.OperationalError):
        if "locked" in text:
            return RuntimeError(
                f"another process has been writing to the catalogue {folder!r} for "
                f"{BUSY_SECONDS:g} s: try again when it has finished"
            )
        if "readonly" in text:
            return PermissionError(errno.EACCES, "the catalogue may not be written to", folder)
        if "disk is full" in text or ("disk I/O error" in text and _is_full(file.parent)):
            return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), folder)
        if "unable to open" in text:
            return OSError(errno.EACCES, "the catalogue cannot be opened", folder)
        if "disk I/O error" in text:
            return OSError(errno.EIO, os.strerror(errno.EIO), folder)
    return _damaged(file, error)


def _is_full(folder: Path) -> bool:
    """Tell whether SQLite's shared memory, which grows by 32 KiB, could not."""
    try:
        return shutil.disk_usage(folder).free < 1 << 16
    except OSError:
        return False


def _damaged(file: Path, error: Exception) -> FormatError:
    return FormatError(f"{str(file)!r} is damaged or no catalogue: {error}")
