"""The gateway's face to browsers: two sockets, the desk's HTTP API, pages, health.

May import `handoff.desk`, `handoff.conversations`, `handoff.protocol`, `handoff.contract` and
`handoff.settings`; never SQL, Redis or Rasa, which `handoff.app` hands in. Invariants: the database is
the truth and a hint only wakes; nothing is acknowledged before it is committed; no send is awaited inside
a fan-out; text of messages and personal data are never logged.
"""
