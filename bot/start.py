"""Starts Rasa as the product runs it; arguments are those of `rasa run` that differ between machines.

Invariants: the token comes from the environment (`RASA_TOKEN`) and stands on no command line, which every
user of a machine can read; logs are silenced before Rasa's first line; without a token nothing starts.
"""

import os
import sys

from components.quiet_logs import silence_user_text
from forget import days_kept, forget_when_told, keep_forgetting, open_trackers


def arguments(token: str, own: list[str]) -> list[str]:
    """The command line as Rasa reads it, inside this process only."""
    return [
        *("rasa", "run", "--quiet", "--enable-api", f"--auth-token={token}"),
        *("--endpoints", "endpoints.yml", "--credentials", "credentials.yml"),
        *own,
    ]


def main() -> None:
    """Become Rasa."""
    token = os.environ.get("RASA_TOKEN")
    if not token:
        raise SystemExit("rasa: RASA_TOKEN is not set; it is what the gateway must show.")
    os.environ.setdefault("RASA_LOCKS_URL", "")
    silence_user_text()
    days = days_kept(os.environ.get("SUBSCRIPTIONS_LIMITS", ""))
    trackers = open_trackers(os.environ.get("RASA_TRACKER_DB", ":memory:"))
    keep_forgetting(trackers, days)
    # Loading Rasa takes seconds, which a missing token need not wait for.
    from rasa.__main__ import main as rasa

    from lean import make_lean

    make_lean()
    forget_when_told(trackers, token)
    sys.argv = arguments(token, sys.argv[1:])
    rasa()


if __name__ == "__main__":
    main()
