"""What no email address lacks; Better Auth decides about the rest."""

import re

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
