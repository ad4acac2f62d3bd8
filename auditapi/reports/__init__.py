"""The report: what a released audit looks like as a PDF.

Read in this order: `view` (the plain data that goes in), `privacy` (what a store may not see
leaves first), `findings` (what went wrong, worst first), `story` (every word and figure, ready
to print), `html` with `templates/` and `report.css` (the pages), `press` (WeasyPrint), and
`render` (a warm process that forks one child for each report).
"""

from __future__ import annotations
