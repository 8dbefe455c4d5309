"""What the 360° view refuses."""

from subscriptions.errors import Code
from tests.integration.subscriptions.people import AGENT, NOBODY, bot_for
from tests.integration.subscriptions.refusals import Refused

REFUSED = (
    Refused(
        "overview.of",
        "nobody is identified",
        Code.IDENTITY_NEEDED,
        lambda w: w.business.overview.of(NOBODY, "K-1001"),
    ),
    Refused(
        "overview.of",
        "the account of somebody else",
        Code.NOT_FOUND,
        lambda w: w.business.overview.of(bot_for("K-1002"), "K-1001"),
    ),
    Refused(
        "overview.of",
        "an unknown customer",
        Code.NOT_FOUND,
        lambda w: w.business.overview.of(AGENT, "K-9999"),
    ),
    Refused(
        "overview.find",
        "the bot looks for somebody",
        Code.IDENTITY_NEEDED,
        lambda w: w.business.overview.find(bot_for("K-1001"), "Anna"),
    ),
    Refused(
        "overview.find",
        "one letter",
        Code.BAD_INPUT,
        lambda w: w.business.overview.find(AGENT, " a "),
    ),
    Refused(
        "overview.find",
        "an endless name",
        Code.BAD_INPUT,
        lambda w: w.business.overview.find(AGENT, "a" * 201),
    ),
)
