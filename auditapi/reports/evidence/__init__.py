"""What a report can be held against later: signed manifests, issued PDFs, the page /verify."""
