"""`python -m directory` is the command `directory`."""

import sys

from directory.cli import main

sys.exit(main())
