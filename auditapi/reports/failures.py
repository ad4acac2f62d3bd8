"""Why a report could not be made, in words people can read."""

from __future__ import annotations

from typing import Final

REASONS: Final = {
    "picture": "A photo or the logo could not be read, so the report would not be whole.",
    "time": "Making the report took too long and was stopped.",
    "memory": "Making the report needed too much memory and was stopped.",
    "input": "The audit’s data cannot be told as a report.",
    "stopped": "The process that makes reports was stopped; it can be tried again.",
    "given_up": "Making the report was begun eight times and never ended; ask for it again.",
    "fault": "Making the report failed inside the program.",
}


class RenderFailed(Exception):
    """A report that was not made. `reason` is a key of `REASONS`, `detail` is for the log.

    `again` says whether trying the same input again can help.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        self.reason = reason
        self.detail = detail
        super().__init__(f"{REASONS[reason]} ({detail})" if detail else REASONS[reason])

    @property
    def message(self) -> str:
        """The sentence to show to people."""
        return REASONS[self.reason]

    @property
    def again(self) -> bool:
        return self.reason == "stopped"
