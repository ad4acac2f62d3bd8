"""The auditor's phone: an offline web app, and the little that the server does for it alone."""
