"""Stories as data: who comes, what is typed or pressed, what an agent does, what must be answered and stored.

A file in `told/` is a list of stories; the end of its name is their language:

    - story: a name that is unique
      about: [promise_to_pay]     # what it covers: intents which the assistant must have read in it
      as: K-1007                  # who the host site says it is; left out: nobody known
      level: 1                    # signed in there long ago; left out: just now, so that no code is asked for
      facts: {...}                # names for values, used as {name} below; see tests/facts.py
      never: ["4111 1111"]        # nowhere in databases, logs and mails, also without its spaces
      unlogged: [DE98 ...]        # in what was said and nowhere else: not in logs, mails and the business database
      steps:
        - user: "words"           # typed
          breaks: true            # the connection breaks at once; the same message goes out again after coming back
          stored: "words"         # what is kept of it, where something is masked
        - press: "title of a button of the last answer"
        - person: true            # the button that is always there
        - code: true              # types the newest code mailed to the story's person; or to a customer: K-1003
        - language: en            # the switch of the widget
        - reconnect: true         # comes back at its cursor
        - device: true            # goes on with a second device, which must see the same history
        - agent: maya             # what a person at the desk does, one of:
          takes: true             #   takes the chat; has the whole history and the case before them
          says: "words"
          notes: "words"          #   a note that the subscriber never sees
          hands_back: "outcome"
          closes: "outcome"
        - fetch: "PDF"            # opens the link of the last answer whose title or address holds this
          holds: ["..."]          #   each must stand in the document; `kind:` of it where it is no PDF
        - mail: template          # this letter has come to the story's person, or `to:` somebody else
          holds: ["..."]          #   each must stand in it
          opens: ["..."]          #   each must stand on the page behind its link
          presses: ["..."]        #   or on the page that comes when the button there is pressed
        - fact: {...}
        - sql: "SELECT ..."       # in the business database; `gateway:` in the gateway's
          is: 1
        - planted: "UPDATE ..."   # in `wrong/`: written into the business database behind the product's back,
        - cut: "DELETE ... ?"     #   and into the gateway's, `?` for the conversation
      A step that says something may carry
          facts: {...}            # names for what the database holds after it
          bot: ["..."]            # each must stand in the answer: sentences, cards, links, terms of an order
          without: ["..."]        # none of these may
          notices: [agent_joined] # the fixed texts that came with it, in order
          handoff: {reason: asked, skill: BIL}    # that, or any other passing on, is told; else there must be none

A story in `wrong/` also has `wrong`: the words with which it must fail.
Invariant: a step that is not known fails, it is never passed over.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from handoff.contract import Locale

TOLD = Path(__file__).parent / "told"


@dataclass(frozen=True)
class Story:
    """One story of a file."""

    file: str
    locale: Locale
    told: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Where to find it."""
        return f"{self.file}: {self.told['story']}"

    @property
    def steps(self) -> list[dict[str, Any]]:
        """What happens, in order."""
        return list(self.told["steps"])


def stories(folder: Path = TOLD) -> Iterator[Story]:
    """All stories of all files of a folder."""
    for path in sorted(folder.glob("*.yml")):
        locale: Locale = "de" if path.stem.endswith("_de") else "en"
        for told in yaml.safe_load(path.read_text(encoding="utf-8")):
            yield Story(path.stem, locale, told)
