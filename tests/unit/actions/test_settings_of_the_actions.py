"""What the action server refuses to start with, said without showing a secret."""

import pytest
from pydantic import ValidationError

from actions.settings import ActionSettings

TOKEN = {"token": "t" * 32}


def test_by_default_nothing_leaves_the_house() -> None:
    settings = ActionSettings.model_validate(TOKEN)
    assert settings.outbox.get_secret_value() == "none"
    assert settings.code_secret.get_secret_value() == ""


@pytest.mark.parametrize("outbox", ["pigeon", "smtp://care:hush@mail.example.org", "file:"])
def test_an_outbox_that_cannot_be_opened_is_a_sentence(outbox: str) -> None:
    with pytest.raises(ValidationError, match="an outbox") as refused:
        ActionSettings.model_validate({**TOKEN, "outbox": outbox})
    assert "hush" not in str(refused.value)


def test_a_weak_key_of_codes_is_refused() -> None:
    with pytest.raises(ValidationError, match="at least 32") as refused:
        ActionSettings.model_validate({**TOKEN, "code_secret": "too-short"})
    assert "too-short" not in str(refused.value)
    assert "k" * 32 not in repr(ActionSettings.model_validate({**TOKEN, "code_secret": "k" * 32}))
