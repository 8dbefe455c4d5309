"""The mailbox of development: every message as one JSON line in a file that only its owner may read.

Invariant: it holds secrets, so it is refused in production and never readable by others.
"""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

from subscriptions.outbox.port import Message
from subscriptions.outbox.texts import MailTexts


class FileMailbox:
    """Appends to a file; raises OSError when that cannot be written."""

    def __init__(self, path: Path, texts: MailTexts) -> None:
        self._path, self._texts = path, texts

    def __call__(self, message: Message) -> None:
        """Write one message, with the words as a subscriber would read them."""
        letter = self._texts.letter(message)
        line = json.dumps(
            {
                "at": datetime.now(UTC).isoformat(),
                "to": message.to,
                "channel": message.channel,
                "locale": message.locale,
                "template": message.template,
                "secret": message.secret,
                "subject": letter.subject,
                "text": letter.text,
            },
            ensure_ascii=False,
        )
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            os.fchmod(descriptor, 0o600)  # also when somebody else made the file
            file.write(f"{line}\n")
