"""The agents' side: who is first in line, what a case packet holds, what a waiting subscriber is told.

May import `handoff.conversations`, `handoff.protocol`, `handoff.contract` (and `subscriptions` for the 360°
view); no framework. Invariants: rules decide from values and the time that is handed in; only `subscribers` (the
360° view), `payment_events`, `links`, and `sign_in` and `accounts` (behind a port) ask somebody else.
"""
