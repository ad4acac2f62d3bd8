"""Books: all reports of a region and period in one file, as PDF with contents or as ZIP."""
