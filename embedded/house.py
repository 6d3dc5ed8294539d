"""What the launcher goes by, read once from the environment, and the table of what it starts."""

import socket
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from embedded.files import keep_secret
from embedded.process import ROOT, EmbeddedError

# Which variable, once set by the person, makes a failing health check something outside the house.
OUTSIDE = {"database": "DATABASE_URL", "redis": "REDIS_URL", "language_model": "OLLAMA_BASE_URL"}


@dataclass(frozen=True)
class House:
    """Where this copy answers, where its data lies, and the environment it was started with."""

    host: str
    port: int
    data_dir: Path
    environ: Mapping[str, str]
    #: How far what makes stories gives way to pages, where both want the same processor; 0 to 19.
    worker_niceness: int = 10

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "House":
        """Raises EmbeddedError for a PORT or a WORKER_NICENESS that is none."""
        port = environ.get("PORT") or "8000"
        if not port.isdecimal() or not 0 < int(port) < 65536:
            raise EmbeddedError(f"PORT is {port!r}; set it to a number from 1 to 65535, or leave it unset.")
        niceness = environ.get("WORKER_NICENESS") or str(cls.worker_niceness)
        if not niceness.isdecimal() or int(niceness) > 19:
            raise EmbeddedError(
                f"WORKER_NICENESS is {niceness!r}; set it to a number from 0 to 19, or leave it unset."
            )
        data_dir = (ROOT / (environ.get("DATA_DIR") or "var")).resolve()
        return cls(environ.get("HOST") or "127.0.0.1", int(port), data_dir, environ, int(niceness))

    @property
    def address(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.address}"

    def choose_niceness(self, name: str) -> int:
        """Of the process of this name: workers wait, people notice."""
        return self.worker_niceness if name.endswith("worker") else 0

    @property
    def outside(self) -> set[str]:
        """The health checks that depend on something that we did not start."""
        return {check for check, variable in OUTSIDE.items() if self.environ.get(variable)}

    def check_port(self) -> None:
        """Raises EmbeddedError where the web server could not listen, before anything is started."""
        try:
            family, kind, _, _, address = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)[0]
            with socket.socket(family, kind) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
                probe.listen()
        except OSError as error:
            raise EmbeddedError(
                f"Cannot listen on {self.address}: {error.strerror}. Stop what uses it, or start on another "
                f"port: PORT={self.port % 65535 + 1} make run (a second copy also needs its own DATA_DIR)."
            ) from None

    def furnish(self) -> dict[str, str]:
        """The variables with a value of ours where the person gave none. Makes the secret key once."""
        given = self.environ
        return {
            "HOST": self.host,
            "PORT": str(self.port),
            "DATA_DIR": str(self.data_dir),
            "IMAGE_MODEL": given.get("IMAGE_MODEL") or "sketch",
            "SECRET_KEY": given.get("SECRET_KEY") or keep_secret(self.data_dir / "secret_key"),
        }

    def make_child_environ(self, variables: Mapping[str, str]) -> dict[str, str]:
        """The environment of the application's processes: ours, `variables`, and calm memory."""
        calm = {
            "PYTHONUNBUFFERED": "1",
            "MALLOC_ARENA_MAX": "2",  # else glibc keeps an arena of up to 64 MB for each thread
        }
        # What is on this machine must not be asked for through a proxy.
        unproxied = ",".join(filter(None, ["127.0.0.1,localhost,::1", self.environ.get("NO_PROXY")]))
        return {**calm, **self.environ, **variables, "NO_PROXY": unproxied, "no_proxy": unproxied}


def list_applications(house: House) -> dict[str, Sequence[str]]:
    """Name → command of each process of the application, in the order in which they start."""
    python, mark = sys.executable, f"{house.port}@%h"
    serve = [python, "-m", "gunicorn", "story_generator.asgi", f"--bind={house.address}"]
    workers = ["--worker-class=story_generator.server.Worker", "--workers=2", "--graceful-timeout=3"]
    # Longer than a page waits between two polls, and than a proxy keeps its own.
    log = ["--keep-alive=75", "--logger-class=story_generator.server.Logger"]
    work = [python, "-m", "celery", "--app=story_generator", "worker", "--loglevel=INFO"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    slots = house.environ.get("OLLAMA_NUM_PARALLEL") or "2"
    return {
        "web": [*serve, *workers, *log, "--no-control-socket"],
        "dispatcher": [python, "manage.py", "dispatch"],
        # Threads: it waits on HTTP most of its time, and a thread hears of its next step sooner than a child.
        "text worker": [
            *work,
            *quiet,
            "-Q",
            "text",
            "--pool=threads",
            f"--concurrency={slots}",
            "-n",
            f"text-{mark}",
        ],
        # Solo: it paints in its own process, because CUDA does not survive a fork.
        "gpu worker": [*work, *quiet, "-Q", "gpu", "--pool=solo", "-n", f"gpu-{mark}"],
    }
