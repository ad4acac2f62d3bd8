"""What gunicorn and `flask --app wsgi` load."""

from __future__ import annotations

import sys

from auditapi.core import settings

try:
    found = settings.read()  # before the app, whose counters open their folder as they are imported
    from auditapi.app import create_app

    app = create_app(found)
except settings.InvalidSettings as refusal:
    sys.exit(str(refusal))
