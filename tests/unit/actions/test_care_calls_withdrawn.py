"""A promised call is seen, moved and taken back; once, and by nobody else."""

from pathlib import Path

import pytest

from actions.topics.open_calls import cancels_a_call_only, withdraws_a_call
from tests.chats import Answer, Clock
from tests.unit.actions.test_care import button, rows, working_day


async def arranged(talk, clock: Clock, hour: str = "11:00") -> Answer:
    phone = {} if talk.subscriber else {"phone": "+493023125061"}
    await talk.says(
        "Rufen Sie mich zurück",
        "request_human",
        entities={"date": working_day(clock), "time": hour} | phone,
    )
    return await talk.says("ja", "affirm")


async def test_a_call_is_taken_back_once(chat, database: Path, clock: Clock) -> None:
    talk = chat("K-1021")
    await arranged(talk, clock)
    shown = await talk.says("Ich brauche keinen Rückruf mehr", "case_status")
    assert "11:00" in shown.text
    assert shown.open == ["withdraw_call_back"]
    yes = shown.button("affirm")
    first, second = await talk.presses(yes), await talk.presses(yes)
    assert first.rows() == second.rows()
    assert rows(database, "SELECT state FROM callbacks WHERE customer = 'K-1021'") == [
        ("withdrawn",)
    ]
    again = await talk.says("Rückruf bitte absagen", "case_status")
    assert "kein" in again.text
    assert again.open == []


async def test_a_no_leaves_the_call(chat, database: Path, clock: Clock) -> None:
    talk = chat("K-1021")
    await arranged(talk, clock)
    await talk.says("kein Rückruf mehr nötig", "case_status")
    await talk.says("nein, doch nicht", "deny")
    assert rows(database, "SELECT state FROM callbacks WHERE customer = 'K-1021'") == [
        ("promised",)
    ]


async def test_who_asks_twice_is_called_once(chat, database: Path, clock: Clock) -> None:
    talk = chat("K-1021")
    await arranged(talk, clock)
    shown = await talk.says(
        "Rufen Sie lieber um 15 Uhr an", "request_human", entities={"time": "15:00"}
    )
    assert "11:00" in shown.text
    assert "entfällt" in shown.text
    await talk.says("ja", "affirm")
    states = rows(
        database, "SELECT state FROM callbacks WHERE customer = 'K-1021' ORDER BY asked_at"
    )
    assert states == [("withdrawn",), ("promised",)]


async def test_moving_takes_the_place_of_withdrawing(chat, database: Path, clock: Clock) -> None:
    talk = chat("K-1021")
    await arranged(talk, clock)
    shown = await talk.says("Den Rückruf bitte absagen", "case_status")
    asked = await talk.presses(button(shown, "Rückruf verschieben"))
    assert asked.open == ["call_back"]
    await talk.presses(asked.buttons[0])
    await talk.says("ja", "affirm")
    found = rows(
        database, "SELECT state, count(*) FROM callbacks WHERE customer = 'K-1021' GROUP BY 1"
    )
    assert found == [("promised", 1), ("withdrawn", 1)]
    assert rows(
        database, "SELECT count(DISTINCT \"case\") FROM callbacks WHERE customer = 'K-1021'"
    ) == [(1,)]


async def test_the_call_of_nobody_known_is_proven_by_its_reference(
    chat, database: Path, clock: Clock
) -> None:
    talk = chat(None)
    done = await arranged(talk, clock)
    reference = next(value for value in done.rows().values() if value.startswith("T-"))
    asked = await chat(None).says("Rückruf bitte absagen", "case_status")
    assert "T-" in asked.text
    other = chat(None)
    await other.says("Rückruf bitte absagen", "case_status")
    wrong = await other.says("T-000000000000", "inform")
    assert wrong.open == ["withdraw_call_back"]
    missing = await other.says("ja", "affirm")
    assert missing.open == ["withdraw_call_back"], "another reference may be given"
    await other.says(reference, "inform")
    await other.says("ja", "affirm")
    assert rows(database, f"SELECT state FROM callbacks WHERE id = '{reference}'") == [
        ("withdrawn",)
    ]


async def test_without_a_reference_one_says_who_one_is(chat) -> None:
    talk = chat(None)
    asked = await talk.says("Den Rückruf brauche ich nicht mehr", "case_status")
    proof = await talk.presses(button(asked, "Ich habe das Zeichen nicht"))
    assert proof.open == ["identify", "withdraw_call_back"]


async def test_somebody_elses_call_stays(chat, database: Path, clock: Clock) -> None:
    done = await arranged(chat("K-1021"), clock)
    reference = next(value for value in done.rows().values() if value.startswith("T-"))
    talk = chat("K-1001")
    told = await talk.says(f"Rückruf {reference} bitte absagen", "case_status")
    yes = [b for b in told.buttons if b.intent == "affirm"]
    if yes:
        await talk.presses(yes[0])
    assert rows(database, f"SELECT state FROM callbacks WHERE id = '{reference}'") == [
        ("promised",)
    ]


async def test_cancel_the_callback_ends_no_contract(chat, database: Path, clock: Clock) -> None:
    talk = chat("K-1021", locale="en")
    await arranged(talk, clock)
    before = rows(database, "SELECT count(*) FROM cancellations")
    shown = await talk.says("please cancel the callback", "cancel_subscription")
    assert shown.open == ["withdraw_call_back"]
    assert rows(database, "SELECT count(*) FROM cancellations") == before


async def test_no_more_calls_at_all_is_another_wish(chat, clock: Clock) -> None:
    talk = chat("K-1021")
    before = await talk.says("Rufen Sie mich nicht mehr an", "contact_preferences")
    assert before.open != ["withdraw_call_back"]
    await arranged(talk, clock)
    after = await chat("K-1021").says("Rufen Sie mich nicht mehr an", "contact_preferences")
    assert after.open[0] == "withdraw_call_back"


async def test_yes_cancel_it_is_about_the_call_that_was_shown(
    chat, database: Path, clock: Clock
) -> None:
    talk = chat("K-1021", locale="en")
    await arranged(talk, clock)
    before = rows(database, "SELECT count(*) FROM cancellations")
    await talk.says("no need to ring me back", "case_status")
    done = await talk.says("yes, cancel it", "cancel_subscription")
    assert rows(database, "SELECT count(*) FROM cancellations") == before
    assert "Cancelled call" in done.all_words
    await arranged(talk, clock)
    await talk.says("no need to ring me back", "case_status")
    both = await talk.says("cancel my subscription too", "cancel_subscription")
    assert "Receipt of your cancellation" in both.all_words


class Said:
    def __init__(self, words: str) -> None:
        self.typed = words


@pytest.mark.parametrize(
    "words",
    [
        "Ich brauche keinen Rückruf mehr",
        "Sie brauchen mich nicht mehr zurückzurufen",
        "der anruf hat sich erledigt",
        "you needn't call me any more",
        "no need to ring me back",
        "please cancel the callback",
    ],
)
def test_words_that_want_no_call(words: str) -> None:
    assert withdraws_a_call(Said(words))  # type: ignore[arg-type]


@pytest.mark.parametrize("words", ["Bitte rufen Sie mich zurück", "call me back at ten", "Abo weg"])
def test_words_that_do_not(words: str) -> None:
    assert not withdraws_a_call(Said(words))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "only"),
    [
        ("please cancel the callback", True),
        ("Den Rückruf bitte kündigen", True),
        ("cancel my phone call please", True),
        ("Cancel my subscription and do not call me", False),
        ("Ich kündige, und rufen Sie mich nicht an", False),
        ("cancel the call and cancel my contract", False),
        ("I want to cancel", False),
    ],
)
def test_a_declaration_is_never_taken_for_a_call(words: str, *, only: bool) -> None:
    assert cancels_a_call_only(Said(words)) is only  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "intent"),
    [
        ("please don't cancel it", "cancel_subscription"),
        ("what happens if I cancel?", "nlu_fallback"),
        ("Muss ich den absagen?", "nlu_fallback"),
        ("absagen?", "nlu_fallback"),
        ("Bitte nicht absagen", "nlu_fallback"),
        ("vielleicht absagen, weiß noch nicht", "nlu_fallback"),
    ],
)
async def test_only_the_act_itself_is_a_yes(
    chat, database: Path, clock: Clock, words: str, intent: str
) -> None:
    talk = chat("K-1021")
    await arranged(talk, clock)
    await talk.says("Den Rückruf brauche ich nicht mehr", "case_status")
    told = await talk.says(words, intent)
    assert rows(database, "SELECT state FROM callbacks WHERE customer = 'K-1021'") == [
        ("promised",)
    ]
    assert rows(database, "SELECT count(*) FROM cancellations WHERE customer = 'K-1021'") == [(0,)]
    assert told.open == ["withdraw_call_back"]


@pytest.mark.parametrize("words", ["Ja, bitte absagen", "den Anruf absagen", "yes, drop it please"])
async def test_the_act_itself_is_a_yes(chat, database: Path, clock: Clock, words: str) -> None:
    talk = chat("K-1021")
    await arranged(talk, clock)
    await talk.says("Den Rückruf brauche ich nicht mehr", "case_status")
    await talk.says(words, "nlu_fallback")
    assert rows(database, "SELECT state FROM callbacks WHERE customer = 'K-1021'") == [
        ("withdrawn",)
    ]


@pytest.mark.parametrize(
    "words",
    [
        "Cancel the call, I am leaving you for good, end it all by 31 December",
        "Cancel the call and my newspaper",
        "Bitte den Rückruf stornieren und die Zeitung auch",
    ],
)
async def test_an_end_beside_a_call_is_received(chat, database: Path, words: str) -> None:
    await chat("K-1021").says(words, "cancel_subscription")
    assert rows(database, "SELECT count(*) FROM cancellations WHERE customer = 'K-1021'") == [(1,)]


async def test_an_end_is_received_while_a_call_is_shown(chat, database: Path, clock: Clock) -> None:
    talk = chat("K-1021", locale="en")
    await arranged(talk, clock)
    await talk.says("no need to ring me back", "case_status")
    await talk.says("I quit, cancel everything", "cancel_subscription")
    assert rows(database, "SELECT state FROM callbacks WHERE customer = 'K-1021'") == [
        ("promised",)
    ]
    assert rows(database, "SELECT count(*) FROM cancellations WHERE customer = 'K-1021'") == [(1,)]


@pytest.mark.parametrize(
    "words",
    ["Bitte keinen Anruf mehr mit Werbung", "Don't call me any more with advertising"],
)
async def test_an_objection_to_advertising_is_heard_beside_a_promised_call(
    chat, clock: Clock, words: str
) -> None:
    talk = chat("K-1021")
    await arranged(talk, clock)
    shown = await talk.says(words, "contact_preferences")
    assert shown.open == ["contact_preferences"]


@pytest.mark.parametrize("words", ["cancel it", "please cancel that", "ok, cancel it"])
async def test_cancel_is_a_yes_where_a_call_is_to_be_cancelled(
    chat, database: Path, clock: Clock, words: str
) -> None:
    talk = chat("K-1021", locale="en")
    await arranged(talk, clock)
    await talk.says("no need to ring me back", "case_status")
    await talk.says(words, "cancel_subscription")
    assert rows(database, "SELECT state FROM callbacks WHERE customer = 'K-1021'") == [
        ("withdrawn",)
    ]
