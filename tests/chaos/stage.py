"""The whole product on a throw-away folder, with a proxy before each service and its own media folder."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg

from tests.support.copy import Copy
from tests.support.outside import VARIABLES, Outside
from tests.support.proxy import Proxy

LEASE = 5
#: When PostgreSQL's client gives up a machine that acknowledges nothing: story_generator/settings.py.
KEEPALIVES = 10.0
ROOM = "1g"
SETTINGS = {
    "OLLAMA_MODEL": "sketch", "OLLAMA_NUM_PARALLEL": "4", "STEP_LEASE": str(LEASE), "LLM_TIMEOUT": "20",
    "IMAGE_SIZE": "128x128", "SCENE_SIZE": "192x128", "GENERATIONS_RUNNING_PER_PERSON": "50",
    "GENERATIONS_WAITING_PER_PERSON": "500", "GENERATIONS_PER_ADDRESS": "0",
}  # fmt: skip


class Stage:
    """``outside`` are the services, ``copy`` is the product, which reaches them through ``proxies``; or
    without: a service that is away then refuses, where a proxy takes a connection and resets it."""

    def __init__(
        self, folder: Path, *, words_per_second: float = 0, is_proxied: bool = True, **variables: str
    ) -> None:
        self.folder, self.is_proxied = folder, is_proxied
        self.outside = Outside(folder / "outside", words_per_second=words_per_second)
        self.proxies: dict[str, Proxy] = {}
        self.media = folder / "data" / "media"
        self.is_mounted = False
        self._variables = SETTINGS | variables
        self._stack = ExitStack()

    def __enter__(self) -> Stage:
        with self._stack as stack:
            stack.enter_context(self.outside)
            variables = {}
            for name, variable in VARIABLES.items():
                variables[variable] = self.outside.url(name)
                if not self.is_proxied:
                    continue
                forget_after = KEEPALIVES if name == "postgres" else None
                proxy = stack.enter_context(Proxy(self.outside.port(name), forget_after=forget_after))
                self.proxies[name] = proxy
                variables[variable] = self.outside.url(name, proxy.port)
            self._mount()
            stack.callback(self._unmount)
            self.copy = Copy(self.folder / "data", "--keep-alive", **variables, **self._variables)
            stack.enter_context(self.copy)
            stack.callback(self.mend)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *failure: object) -> None:
        self._stack.close()

    def query(self, sql: str, *values: object, patience: float = 30) -> list[Any]:
        """Rows of a query, asked of the database itself and not by way of the proxy; it may just be dead."""
        deadline = time.monotonic() + patience
        while True:
            try:
                with psycopg.connect(self.outside.url("postgres"), connect_timeout=2) as connection:
                    return connection.execute(sql, values or None).fetchall()
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def processes(self, part: str) -> list[psutil.Process]:
        """The living processes of a part of the product or of its services."""
        where = self.outside if part.split()[0] in VARIABLES else self.copy
        return where.processes().get(part, [])

    def mend(self) -> None:
        """Put everything right: nothing is cut, halted, away or full any more."""
        for proxy in self.proxies.values():
            proxy.mend()
        for name in VARIABLES:
            self.outside.let_back(name)
        for found in (*self.outside.processes().values(), *self.copy.processes().values()):
            for process in found:
                with suppress(psutil.Error):
                    process.send_signal(signal.SIGCONT)
        self.make_room()

    def fill_up(self) -> None:
        """Let no more pictures be stored. A folder with a size of its own is full (ENOSPC). Where we may not
        mount one, files that the painter's worker writes may not grow (RLIMIT_FSIZE; EFBIG)."""
        if self.is_mounted:
            figures = os.statvfs(self.media)
            used = (figures.f_blocks - figures.f_bfree) * figures.f_frsize
            self._remount(str(max(used, figures.f_frsize)))
            return
        for process in self.processes("gpu"):
            process.rlimit(psutil.RLIMIT_FSIZE, (0, psutil.RLIM_INFINITY))

    def make_room(self) -> None:
        if self.is_mounted:
            self._remount(ROOM)
            return
        for process in self.processes("gpu"):
            process.rlimit(psutil.RLIMIT_FSIZE, (psutil.RLIM_INFINITY, psutil.RLIM_INFINITY))

    def _mount(self) -> None:
        self.media.mkdir(parents=True)
        if os.geteuid() == 0 and shutil.which("mount"):
            command = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(self.media)]
            self.is_mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0

    def _remount(self, size: str) -> None:
        subprocess.run(["mount", "-o", f"remount,size={size}", str(self.media)], check=True)

    def _unmount(self) -> None:
        if self.is_mounted:
            subprocess.run(["umount", "--lazy", str(self.media)], check=True)
