"""Faults of a file. Places are bytes from 0 and records from 1, as in the worker's `file-fault.ts`."""

from typing import Optional


class FileFault(Exception):
    """The file itself is at fault: trying again with the same bytes can only end the same way."""

    def __init__(
        self, reason: str, detail: str, byte: Optional[int] = None, record: Optional[int] = None
    ) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
        self.byte = byte
        self.record = record

    def place(self) -> Optional[dict[str, int]]:
        """As it stands in the record of an error; None when the fault has no place."""
        if self.byte is None:
            return None
        return {"byte": self.byte} if self.record is None else {"byte": self.byte, "record": self.record}


class ReadFault(Exception):
    """The content came wrong or could not be processed: a fault of this one file that may pass."""
