"""`make audit`: known weaknesses of what is installed, where an index of advisories can be reached.

Being offline is no failure: it is said in a line, after a few seconds.
"""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request

INDEX = "https://pypi.org/pypi/pip/json"
REACH_SECONDS, AUDIT_SECONDS = 3, 300


def main() -> int:
    try:
        with urllib.request.urlopen(INDEX, timeout=REACH_SECONDS) as answer:
            json.load(answer)["vulnerabilities"]
    except (OSError, ValueError, KeyError) as error:
        print(f"audit: skipped, no index of advisories can be reached ({type(error).__name__}).")
        return 0
    command = [sys.executable, "-m", "pip_audit", "--local", "--format=json", "--progress-spinner=off"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=AUDIT_SECONDS)
        found = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        print("audit: skipped, the index of advisories broke off.")
        return 0
    weak = [package for package in found if package.get("vulns")]
    for package in weak:
        for fault in package["vulns"]:
            mended = ", ".join(fault["fix_versions"]) or "no version yet"
            print(f"{package['name']} {package['version']}: {fault['id']}, mended in {mended}")
    print(f"audit: {len(found)} packages, {len(weak)} with known weaknesses.")
    return 1 if weak else 0


if __name__ == "__main__":
    sys.exit(main())
