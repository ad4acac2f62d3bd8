"""What head office does with audits that are here: quarantine, flags, revisions, release."""
