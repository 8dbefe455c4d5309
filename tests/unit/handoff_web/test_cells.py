"""Cells of files for a spreadsheet: nothing in them runs, and what is empty stays empty."""

import pytest

from handoff.web.desk_reports import cell


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r"])
def test_what_a_spreadsheet_would_run_is_text(begins: str) -> None:
    assert cell(f"{begins}1+1") == f"'{begins}1+1"


@pytest.mark.parametrize("text", ["", "maya", "2026-11-22", '{"a": "=1"}'])
def test_everything_else_stays_as_it_is(text: str) -> None:
    assert cell(text) == text
