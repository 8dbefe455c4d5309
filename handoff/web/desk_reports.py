"""The desk's HTTP API for reports: figures as JSON, or as a file for a spreadsheet.

Invariants: as in `agent_api` (own page, session, nothing cached), and for supervisors only; a share of nothing is null and an
empty cell, never 0; a cell never begins with what a spreadsheet takes for a formula.
"""

import csv
import io
from dataclasses import asdict, fields
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from handoff.contract import Locale, Skill
from handoff.desk.audit import entry
from handoff.desk.reports.figures import By, Content, Figures, Spread
from handoff.desk.reports.reading import Only, Span
from handoff.web.agent_api import Supervising, Web, no_store, own_page
from handoff.web.errors import WebError

router = APIRouter(
    prefix="/api/desk/reports", tags=["desk"], dependencies=[Depends(own_page), Depends(no_store)]
)
_SHARES = ("alone_share", "in_time_share", "kept_share")


Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2999, 12, 31))]
"""A day that can be counted on from, in both directions."""


def asked_span(first: Day, last: Day) -> Span:
    """The days that were asked for; 422 `span_reversed` or `span_too_long`."""
    try:
        return Span(first, last)
    except ValueError as wrong:
        code = "span_reversed" if first > last else "span_too_long"
        raise WebError(422, code) from wrong


def narrowed(
    skill: Annotated[Skill | None, Query()] = None,
    locale: Annotated[Locale | None, Query()] = None,
) -> Only:
    """One skill, one language, or all."""
    return Only(skill or "", locale or "")


Asked = Annotated[Span, Depends(asked_span)]
Narrowed = Annotated[Only, Depends(narrowed)]


@router.get("")
async def report(
    web: Web, _: Supervising, span: Asked, only: Narrowed, *, by: By = "day"
) -> dict[str, Any]:
    """Figures of the days, of each group, and of as many days before; `names` of agents by their logins, if by agent."""
    found = await web.supervision.reports.report(span, by, only)
    people = await web.accounts.accounts() if by == "agent" else []
    return {
        "names": {account.login: account.name for account in people},
        "first": span.first.isoformat(),
        "last": span.last.isoformat(),
        "by": by,
        "whole": figures_json(found.whole),
        "before": figures_json(found.before),
        "misses": [asdict(miss) for miss in found.misses],
        "groups": [{"name": name, **figures_json(line)} for name, line in found.groups.items()],
    }


@router.get(".csv")
async def as_file(
    web: Web, agent: Supervising, span: Asked, only: Narrowed, *, by: By = "day"
) -> Response:
    """The same groups as a file, told in the audit; the first line names the columns, seconds are whole."""
    told = {"first": span.first.isoformat(), "last": span.last.isoformat(), "by": by}
    await web.supervision.told(entry(agent.id, "report_downloaded", **told))
    found = await web.supervision.reports.report(span, by, only)
    lines = [{by: cell(name), **_flat(line)} for name, line in found.groups.items()]
    text = io.StringIO()
    names = [by, *_flat(found.whole)]
    writer = csv.DictWriter(text, names, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(lines)
    name = f"report-{span.first}-{span.last}-{by}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def figures_json(line: Figures) -> dict[str, Any]:
    """Figures for a page: numbers as they are, shares beside them."""
    found: dict[str, Any] = {}
    for field in fields(line):
        value = getattr(line, field.name)
        if isinstance(value, Spread):
            found[field.name] = {"count": value.count, "p50": value.p50, "p90": value.p90}
        elif isinstance(value, Content):
            found[field.name] = {
                "good": value.good,
                "ok": value.ok,
                "bad": value.bad,
                "share": value.share,
            }
        else:
            found[field.name] = value
    return found | {name: getattr(line, name) for name in _SHARES}


def _flat(line: Figures) -> dict[str, Any]:
    """The same without depth: `waiting_p50`, `bot_good` …"""
    flat: dict[str, Any] = {}
    for name, value in figures_json(line).items():
        if isinstance(value, dict):
            flat |= {f"{name}_{part}": number for part, number in value.items()}
        else:
            flat[name] = value
    return flat


def cell(text: str) -> str:
    """A login may begin with any sign; a spreadsheet must not run it."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
