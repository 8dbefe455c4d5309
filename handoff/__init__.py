"""The gateway: owns every conversation; the only thing the outside talks to.

Layers, imports only downwards: `app` > `web` | `adapters` | `channels` | `jobs` > `desk` > `conversations` >
`protocol` > `contract` | `settings`. May import `subscriptions` in `desk` and `app`; never `actions`. Invariant: a
write to a conversation goes through `conversations.flow` and nowhere else.
"""
