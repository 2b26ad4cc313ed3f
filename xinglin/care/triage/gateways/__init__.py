"""Who may propose findings and questions: a folder of gateways, each a module with `propose(told) -> str`.

`propose` answers what the model said, unread, and raises `types.NoProposalError` when there is nothing.
What it says is checked by `rules.proposals` and by the rules of urgency: it is marked as made by
software, can raise urgency and never lower it, and reaches no record and no prescription (R24).
Adding one is adding a file; `settings.TRIAGE_ASSISTANT` says which, and `null` unless somebody chose.
"""
