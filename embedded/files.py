"""What lies in DATA_DIR: secrets made once, private files, and the lock that keeps two launchers apart."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from embedded.process import EmbeddedError, end_orphans


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def keep_secret(path: Path) -> str:
    """The secret in `path`; made at random the first time."""
    if not path.exists():
        write_private(path, secrets.token_urlsafe(48))
    return path.read_text().strip()


@contextmanager
def hold(data_dir: Path) -> Iterator[None]:
    """Be the only launcher on `data_dir`, alone with it. The kernel lets go of the lock however we end.

    Raises EmbeddedError where another one holds it, or the folder cannot be made.
    """
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        lock = open(data_dir / "launcher.lock", "a+")  # noqa: SIM115
    except OSError as error:
        reason = f"{data_dir} cannot be written to: {error.strerror}."
        raise EmbeddedError(f"{reason} Set DATA_DIR to a folder of yours.") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise EmbeddedError(
                f"Starloom already runs on {data_dir} (process {lock.read().strip() or 'unknown'}). "
                "Stop it first, or start a second copy with another DATA_DIR and PORT."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        end_orphans(data_dir / "logs")
        yield
