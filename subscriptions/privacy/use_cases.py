"""All use cases of privacy, each with the level it needs."""

from datetime import date, datetime

from subscriptions.model.base import Caller
from subscriptions.model.privacy import (
    ErasureReceipt,
    ErasureReport,
    ExportFile,
    ExportReceipt,
    ObjectionKind,
    ObjectionReceipt,
    TranscriptSent,
)
from subscriptions.privacy import erasing, exporting, objecting, transcripts
from subscriptions.store.backing import Backing


class Privacy:
    """Export and erasure (level 2), transcripts (level 1), objection (level 0), and what the desk and the daily job do about them."""

    def __init__(self, backing: Backing) -> None:
        self._backing = backing

    def export(self, caller: Caller, *, key: str) -> ExportReceipt:
        """Ask for a copy of all data; its link goes to the address on file. Raises EXPORT_RUNNING."""
        return exporting.export(self._backing, caller, key)

    def send_transcript(
        self, caller: Caller, token: str, *, until: date, key: str
    ) -> TranscriptSent:
        """Send the link to a chat's transcript, good until that day, to the address on file; level 1."""
        return transcripts.send(self._backing, caller, (token, until), key)

    def export_of(self, token: str) -> ExportFile:
        """The copy that a token opens. Raises TOKEN_INVALID, LINK_EXPIRED."""
        return exporting.export_of(self._backing, token)

    def run_exports(self) -> int:
        """Make the copies that were asked for and not made at once; for a job. Returns how many."""
        return exporting.run_waiting(self._backing)

    def forget_exports(self) -> int:
        """Drop copies whose link has expired; for a job. Returns how many."""
        return exporting.forget(self._backing)

    def erase(self, caller: Caller, *, key: str) -> ErasureReceipt:
        """Ask for erasure: a case for a person, with what the law keeps and what has to end first."""
        return erasing.erase(self._backing, caller, key)

    def execute_erasure(self, caller: Caller, case: str, *, key: str) -> ErasureReport:
        """Erase what may go; agents only.

        Raises CASE_UNKNOWN, ILLEGAL_STEP when it was carried out or refused before, and ERASURE_BLOCKED with
        the number of contracts and the open amount.
        """
        return erasing.execute(self._backing, caller, case, key)

    def erased_since(self, since: datetime) -> tuple[str, ...]:
        """The numbers of who was erased at that moment or later; for a job that takes them out of other places."""
        return erasing.erased_since(self._backing, since)

    def refuse_erasure(self, caller: Caller, case: str, reason: str, *, key: str) -> ErasureReceipt:
        """Decline an erasure with a reason for the customer; agents only.

        Raises CASE_UNKNOWN, ILLEGAL_STEP, TEXT_MISSING, TEXT_TOO_LONG.
        """
        return erasing.refuse(self._backing, caller, (case, reason), key)

    def object(
        self, caller: Caller, kind: ObjectionKind, text: str = "", *, key: str
    ) -> ObjectionReceipt:
        """Object to advertising or profiling, which ends at once, or to a decision, which a person reviews.

        Whoever is not identified says in `text` who they are (TEXT_MISSING), and a person sees to it.
        Raises TEXT_TOO_LONG.
        """
        return objecting.object_to(self._backing, caller, (kind, text), key)
