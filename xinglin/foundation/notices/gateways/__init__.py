"""Who carries notices: a folder of gateways, each a module with `deliver(message: Message)`.

`deliver` returns when the notice is on its way, and raises `types.UndeliveredError` when it is not.
Adding one is adding a file; `settings.NOTICE_GATEWAYS` says which carries SMS and which mail.
"""
