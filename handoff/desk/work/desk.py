"""Everything that agents work with, in one value, as the web side asks for it."""

from dataclasses import dataclass

from handoff.desk.work.files import FileSender, FileStore, Redraw, Signed
from handoff.desk.work.labels import LabelStore
from handoff.desk.work.replies import ReplyStore
from handoff.desk.work.search import SearchStore
from handoff.desk.work.turn_labels import TurnLabelStore


@dataclass(frozen=True, slots=True)
class Work:
    """The stores, the step that sends files, how pictures are drawn anew, and how addresses of files are signed."""

    replies: ReplyStore
    labels: LabelStore
    turns: TurnLabelStore
    search: SearchStore
    files: FileStore
    sender: FileSender
    redraw: Redraw
    signed: Signed
