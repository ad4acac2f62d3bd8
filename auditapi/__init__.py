"""Service-standard checklists go out to auditors, audits come in, store reports come back."""
