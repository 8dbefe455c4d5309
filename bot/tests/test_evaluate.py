"""Reading the CSV: spreadsheets of every kind are read, a bad one is told which line is wrong."""

from pathlib import Path

import pytest

from evaluate import BadFile, as_the_gateway_sends, guess, main, read_messages


def written(folder: Path, content: "str | bytes") -> Path:
    """A file with that content."""
    path = folder / "messages.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    "content",
    [
        'intent,text\ngreet,"Hallo, du"\n',
        '\ufeffintent,text\r\ngreet,"Hallo, du"\r\n',
        "text;intent;note\nHallo, du;greet;x\n",
        "intent\ttext\ngreet\tHallo, du\n",
        ' intent , text \ngreet,"Hallo, du"',
        'intent,text\n\ngreet,"Hallo, du"\n\n',
    ],
)
def test_usual_files(tmp_path: Path, content: str) -> None:
    (message,) = read_messages(written(tmp_path, content))
    assert (message.intent, message.text) == ("greet", "Hallo, du")


def test_a_text_may_span_lines_and_hold_quotes(tmp_path: Path) -> None:
    first, second = read_messages(
        written(tmp_path, 'intent,text\ngreet,"Hallo\nich sage ""moin"""\nthank,Danke\n')
    )
    assert first.text == 'Hallo\nich sage "moin"'
    assert (first.line, second.line) == (3, 4)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "line 1: the file is empty"),
        ("intent,text\n", "line 1: there is no message"),
        ("text,label\nHallo,greet\n", "line 1: no column intent; there is text, label"),
        ("a\nb\n", "line 1: no column intent and no column text"),
        ("intent,text\ngreet,Hallo\ngreet\n", "line 3: text is empty"),
        ("intent,text\n,Hallo\n", "line 2: intent is empty"),
        ("intent,text\ngreet,Hallo, du\n", "line 2: more values than columns"),
        ('intent,text\ngreet,"Hallo" du\n', "line 2:"),
        ('intent,text\nthank,Danke\ngreet,"Hallo\nthank,Danke\nthank,Danke\n', "line 3:"),
        ("intent,text\ngreet,Tschüss\n".encode("latin-1"), "not UTF-8"),
    ],
)
def test_bad_files_are_told_where(tmp_path: Path, content: "str | bytes", told: str) -> None:
    with pytest.raises(BadFile, match=told):
        read_messages(written(tmp_path, content))


def test_the_command_ends_with_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--model", "none.tar.gz", "--out", str(tmp_path / "out")]
    assert main([*arguments, "--csv", str(tmp_path / "none.csv")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    good = written(tmp_path, "intent,text\ngreet,Hallo\n")
    assert main([*arguments, "--csv", str(good)]) == 2
    assert "There is no model none.tar.gz." in capsys.readouterr().err


def test_messages_are_prepared_as_the_gateway_does() -> None:
    assert as_the_gateway_sends(" //affirm") == "affirm"
    assert len(as_the_gateway_sends("a" * 2000)) == 1000


def test_the_best_guess_counts_where_it_is_asked_back_and_nothing_where_it_is_turned_away() -> None:
    ranking = [
        {"name": name, "confidence": share}
        for name, share in (("nlu_fallback", 0.6), ("greet", 0.4), ("thank", 0.3))
    ]
    parsed = {"intent": ranking[0], "intent_ranking": ranking}
    asked = guess({**parsed, "doubt": "unsure"})
    assert (asked["predicted"], asked["confidence"], asked["asked"]) == ("greet", 0.4, True)
    turned_away = guess({**parsed, "doubt": "foreign"})
    assert (turned_away["predicted"], turned_away["asked"]) == ("nlu_fallback", False)
    assert turned_away["likeliest"] == ["greet", "thank"]
    sure = guess({"intent": ranking[1], "intent_ranking": ranking[1:]})
    assert (sure["predicted"], sure["asked"]) == ("greet", False)
    assert guess({"intent": {"name": None}})["predicted"] == "nlu_fallback"
