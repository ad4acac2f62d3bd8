"""What gunicorn and `flask --app wsgi` load."""

from __future__ import annotations

import sys

from auditapi.app import create_app
from auditapi.core.settings import InvalidSettings

try:
    app = create_app()
except InvalidSettings as refusal:
    sys.exit(str(refusal))
