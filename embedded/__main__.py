"""`python -m embedded`: see `launcher`."""

import sys

from embedded.launcher import main

if __name__ == "__main__":
    sys.exit(main())
