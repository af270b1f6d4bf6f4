"""``python -m refluent`` is the command line."""

from __future__ import annotations

import sys

from refluent.cli.app import main

if __name__ == "__main__":
    sys.exit(main())
