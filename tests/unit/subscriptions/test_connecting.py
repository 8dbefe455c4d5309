"""What the environment may say about the business."""

import json

import pytest
from pydantic import ValidationError

from subscriptions import utc_now
from subscriptions.connecting import DEVELOPMENT_SECRET, PREFIX, BusinessSettings, read_limits
from subscriptions.policy.limits import Limits
from subscriptions.policy.seller import Seller
from tests.production import PRODUCTION


def test_limits_are_the_defaults_with_what_the_operator_changed() -> None:
    assert read_limits("") == Limits()
    changed = read_limits('{"promise_days": 7, "instalments_on": true}')
    assert (changed.promise_days, changed.instalments_on) == (7, True)
    assert changed.code_tries == Limits().code_tries


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("[1]", "JSON object"),
        ('{"colour": 1}', "JSON object"),
        ('{"promise_days": "7"}', "whole numbers"),
        ('{"promise_days": true}', "whole numbers"),
        ('{"promise_days": 30}', "promise_days must be 0 to 14"),
        ('{"instalments_most": 4}', "instalments_most must be 1 to 3"),
        ("{", "Expecting"),
    ],
)
def test_limits_that_cannot_be(setting: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read_limits(setting)


DEVELOPMENT = {"mode": "development"}


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in BusinessSettings.model_fields:
        monkeypatch.delenv(f"{PREFIX}{name.upper()}", raising=False)


def refused(**changes: str) -> str:
    """The sentences about settings of production with these changes."""
    with pytest.raises(ValidationError) as error:
        BusinessSettings.model_validate({**PRODUCTION, **changes})
    (problem,) = error.value.errors()
    return str(problem["msg"]).removeprefix("Value error, ")


def test_no_secret_shows() -> None:
    settings = BusinessSettings.model_validate(
        {**DEVELOPMENT, "remote_url": "http://127.0.0.1:1", "remote_password": "hush"}
    )
    assert "hush" not in repr(settings)
    assert "hush" not in repr(settings.remote())


def test_nothing_said_means_production() -> None:
    assert BusinessSettings.model_validate(PRODUCTION).mode == "production"
    with pytest.raises(ValidationError, match="PAYMENT_PROVIDER"):
        BusinessSettings()


def test_in_development_nothing_leaves_the_house_by_default() -> None:
    settings = BusinessSettings.model_validate(DEVELOPMENT)
    assert settings.outbox.get_secret_value() == "none"
    assert settings.connections(utc_now).provider.name == "simulator"


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("payment_provider", "simulator", "SUBSCRIPTIONS_PAYMENT_PROVIDER: the simulator"),
        ("payment_secret_key", "", "Stripe needs the payment provider's secret key"),
        ("seller", "", "SUBSCRIPTIONS_SELLER: name, tax_number, contact, creditor_id"),
        ("outbox", "none", "SUBSCRIPTIONS_OUTBOX"),
        ("outbox", "file:var/outbox.jsonl", "SUBSCRIPTIONS_OUTBOX"),
        ("code_secret", "", "SUBSCRIPTIONS_CODE_SECRET"),
        ("code_secret", "too-short", "SUBSCRIPTIONS_CODE_SECRET"),
        ("code_secret", DEVELOPMENT_SECRET, "SUBSCRIPTIONS_CODE_SECRET"),
    ],
)
def test_production_refuses_what_belongs_to_the_demo(name: str, value: str, says: str) -> None:
    said = refused(**{name: value})
    assert says in said
    assert "\n" not in said


@pytest.mark.parametrize("creditor", ["", Seller().creditor_id])
def test_production_refuses_a_creditor_of_the_demo(creditor: str) -> None:
    given = {**json.loads(PRODUCTION["seller"]), "creditor_id": creditor}
    assert refused(seller=json.dumps(given)).endswith("SUBSCRIPTIONS_SELLER: creditor_id")


def test_a_remote_billing_system_collects_itself() -> None:
    given = {"payment_provider": "simulator", "outbox": "none", "remote_url": "https://kb.example"}
    assert BusinessSettings.model_validate({**PRODUCTION, **given}).remote() is not None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("outbox", "pigeon"),
        ("outbox", "smtp://care:hush@mail.example.org"),
        ("outbox", "file:"),
        ("seller", '{"name": "only"}'),
        ("limits", '{"promise_days": 30}'),
    ],
)
def test_what_can_be_used_nowhere_is_a_sentence_with_its_variable(name: str, value: str) -> None:
    for mode in (PRODUCTION, DEVELOPMENT):
        with pytest.raises(ValidationError, match=f"SUBSCRIPTIONS_{name.upper()}: ") as error:
            BusinessSettings.model_validate({**mode, name: value})
        assert "hush" not in str(error.value)
