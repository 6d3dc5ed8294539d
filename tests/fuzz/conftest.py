"""How long is looked: little in `make test`, as long as one likes with `make fuzz EXAMPLES=…`.

The short form looks at the same examples each time, so that no run fails for what nobody changed.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

#: Examples of each property; 0 where `make fuzz` did not ask for more.
EXAMPLES = int(os.environ.get("STARLOOM_EXAMPLES", "0"))


def look(short: int, **more: object) -> settings:
    """Settings for a test that looks at so many examples, or at as many as were asked for."""
    return settings(
        max_examples=EXAMPLES or short,
        derandomize=not EXAMPLES,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[phase for phase in Phase if EXAMPLES or phase is not Phase.explain],
        **more,  # type: ignore[arg-type]
    )
