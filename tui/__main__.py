"""`python -m tui` opens the application."""

import sys

from tui.cli import main

sys.exit(main())
