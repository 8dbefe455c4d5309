"""What agents work with: saved replies, labels, mentions, files, labels on wrong turns of the bot, and search.

May import `handoff.conversations`, `handoff.protocol`, `handoff.contract`, `handoff.desk.audit` (and, in `facts` and
`customers`, the 360° view of `handoff.desk.subscribers`); no framework and no database: the stores are protocols here.

Invariants: a saved reply is put into the text field, never sent; a value that is missing shows as a gap which nobody can
send; a file is what its bytes say, not what its name says; who looked for what is in the audit; every change of
replies, labels and files is as well.
"""
