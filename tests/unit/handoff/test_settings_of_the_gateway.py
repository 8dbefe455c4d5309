"""Production starts only with secrets of its own, and no secret shows."""

import pytest
from pydantic import ValidationError

from handoff.settings import Settings, read_settings
from subscriptions.connecting import DEVELOPMENT_SECRET, PREFIX, BusinessSettings
from tests.production import PRODUCTION

OWN = "x" * 32
GOOD = {
    "HANDOFF_RASA_TOKEN": OWN,
    "HANDOFF_HOST_SITE_SECRET": OWN + "1",
    "HANDOFF_SESSION_SECRET": OWN + "2",
}


@pytest.fixture(autouse=True)
def _only_the_business_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"HANDOFF_{name.upper()}", raising=False)
    for name in BusinessSettings.model_fields:
        monkeypatch.delenv(f"{PREFIX}{name.upper()}", raising=False)
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(f"{PREFIX}{name.upper()}", value)


def _set(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)


def test_nothing_said_means_production() -> None:
    with pytest.raises(ValidationError, match="production needs own secrets"):
        read_settings()


def test_development_starts_without_any(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, SUBSCRIPTIONS_MODE="development")
    settings = read_settings()
    assert settings.development
    assert settings.database_url == "sqlite:///var/handoff.db"
    assert settings.allowed_origins == ()


def test_production_starts_with_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, **GOOD, HANDOFF_ALLOWED_ORIGINS="https://a.example, https://b.example,")
    settings = read_settings()
    assert not settings.development
    assert settings.allowed_origins == ("https://a.example", "https://b.example")
    assert settings.link_hosts == ("checkout.stripe.com",)


@pytest.mark.parametrize(("value", "hosts"), [("pay.a.example, b.example", 2), ("", 0)])
def test_where_links_may_lead_is_the_operators(
    monkeypatch: pytest.MonkeyPatch, value: str, hosts: int
) -> None:
    _set(monkeypatch, **GOOD, HANDOFF_LINK_HOSTS=value)
    assert len(read_settings().link_hosts) == hosts


@pytest.mark.parametrize("name", list(GOOD))
@pytest.mark.parametrize("value", ["", "short", DEVELOPMENT_SECRET])
def test_production_refuses_weak_secrets(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    _set(monkeypatch, **{**GOOD, name: value})
    with pytest.raises(ValidationError, match=name) as refused:
        read_settings()
    assert OWN not in str(refused.value)


def test_what_the_business_refuses_the_gateway_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, **GOOD, SUBSCRIPTIONS_PAYMENT_PROVIDER="simulator")
    with pytest.raises(ValidationError, match="SUBSCRIPTIONS_PAYMENT_PROVIDER"):
        read_settings()


def test_production_has_no_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, **GOOD, HANDOFF_DEMO_PASSWORD="demo")
    with pytest.raises(ValidationError, match="DEMO_PASSWORD"):
        read_settings()


def test_secrets_do_not_show_and_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, **GOOD)
    settings = read_settings()
    assert OWN not in repr(settings)
    with pytest.raises(ValidationError):
        settings.port = 1  # type: ignore[misc]
