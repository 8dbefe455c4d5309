"""What the environment may say about the business."""

import pytest

from subscriptions.connecting import BusinessSettings, read_limits
from subscriptions.policy.limits import Limits


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


def test_no_secret_shows() -> None:
    settings = BusinessSettings(remote_url="http://127.0.0.1:1", remote_password="hush")
    assert "hush" not in repr(settings)
    assert "hush" not in repr(settings.remote())
