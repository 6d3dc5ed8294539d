"""The launcher under GNU make, whichever of the two a signal reaches."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from embedded.process import ROOT, find_free_port


@pytest.fixture
def make(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`make run` on stand-ins, ready."""
    makefile, said = tmp_path / "Makefile", tmp_path / "said"
    makefile.write_text(f"run:\n\t@exec {sys.executable} -m tests.embedded.standin\n")
    environ = {**os.environ, "DATA_DIR": str(tmp_path / "data"), "PORT": str(find_free_port())}
    with open(said, "w") as console:
        command = ["make", "-f", str(makefile), "run"]
        popen = subprocess.Popen(
            command, cwd=ROOT, env=environ, stdout=console, stderr=subprocess.STDOUT, start_new_session=True
        )
    while "Starloom is ready" not in said.read_text():
        assert popen.poll() is None, said.read_text()
        time.sleep(0.05)
    yield popen
    popen.kill()
    popen.wait()


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
@pytest.mark.parametrize("reach", [os.kill, os.killpg])
def test_a_signal_to_make_ends_everything(make, reach, signum):
    family = psutil.Process(make.pid).children(recursive=True)
    assert len(family) == 3
    reach(make.pid, signum)
    assert make.wait(timeout=10) == -signum  # make tells its end as a signal, whatever the launcher returns
    assert not psutil.wait_procs(family, timeout=10)[1]
