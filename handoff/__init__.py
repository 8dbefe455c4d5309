"""The gateway: owns every conversation; the only thing the outside talks to.

Layers, imports only downwards: `app` > `web` | `adapters` | `jobs` > `desk` > `conversations` > `protocol` >
`contract` | `settings` | `logs` | `migrations`. May import `subscriptions` in `desk` and `app` (and its error codes in
`web.errors`); never `actions`. Invariant: a write to a conversation goes through `conversations.flow` and nowhere else.
"""
