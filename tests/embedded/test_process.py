"""Programs that we start."""

import sys
from pathlib import Path

import psutil
import pytest

from embedded.process import Child, stop_all


@pytest.mark.parametrize("niceness", [0, 10])
def test_a_child_gives_way_as_it_is_told(tmp_path: Path, niceness: int):
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    child = Child("sleeper", command, log_dir=tmp_path, niceness=niceness)
    before = psutil.Process().nice()
    child.start()
    try:
        assert child.popen
        assert psutil.Process(child.popen.pid).nice() == max(before, niceness)
        group = Path(f"/proc/{child.popen.pid}/autogroup")
        if niceness and group.exists():
            assert group.read_text().endswith(f"nice {niceness}\n")
    finally:
        stop_all([child], 1)
