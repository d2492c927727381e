"""`python -m model_doctor`."""

import sys

from model_doctor.cli import main

sys.exit(main())
