"""``python -m seqcourse`` is the command ``seqcourse``."""

import sys

from seqcourse.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
