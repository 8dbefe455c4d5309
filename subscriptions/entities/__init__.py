"""Things of the business that live on, and their steps; one module for each noun.

May import `subscriptions.model` and `errors`. Invariants: values are frozen, a step returns a new value; a step that domain
law does not know raises `SubscriptionError(ILLEGAL_STEP)`; what someone may use is not here, it is derived by policy.
"""
