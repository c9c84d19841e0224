"""`python -m hrd_cases.cli` is `hrd-cases`."""

import sys

from hrd_cases.cli.command import main

sys.exit(main())
