"""The routes of what agents work with, as one router: saved replies, labels, search, files, labelled turns."""

from fastapi import APIRouter

from handoff.web import (
    desk_customers,
    desk_files,
    desk_labels,
    desk_replies,
    desk_search,
    desk_turns,
)

router = APIRouter()
for part in (
    desk_replies.router,
    desk_labels.router,
    desk_search.router,
    desk_customers.router,
    desk_turns.router,
    desk_files.router,
    desk_files.public,
):
    router.include_router(part)
