"""An example of plugging in a billing system of one's own: a remote API in the style of Kill Bill, over HTTP.

May import everything below the port, and httpx. Invariants: what the remote system knows is asked there each time and
never copied; what it cannot say is refused with NOT_OFFERED, never guessed; a system that is away, slow or answers
nonsense is STORE_UNAVAILABLE within the time limit; a declaration to cancel is accepted and kept even then; keys, the
audit and the catalogue are in the local database.
"""

from subscriptions.remote.business import RemoteSubscriptions, open_remote
from subscriptions.remote.client import RemoteApi, RemoteSettings

__all__ = ["RemoteApi", "RemoteSettings", "RemoteSubscriptions", "open_remote"]
