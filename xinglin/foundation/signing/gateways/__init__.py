"""Who signs: a folder of gateways, each a module with `ALGORITHM`, `sign` and `verify`.

`sign(user_id, statement, at) -> (key_id, value)` and `verify(key_id, value, statement) -> bool`.
Adding one is adding a file; `settings.SIGNING_GATEWAY` chooses who signs, and a signature is always
checked by the gateway whose algorithm it names. A gateway whose signers have X.509 certificates also
has `KIND = "certificate"` and `certificates(key_id) -> (DER of the signer, DER of the authority, ...)`.
`DEMONSTRATION = True`: it says of itself that nobody else trusts it, and so does the paper.
`roots() -> (DER, ...)`, where it has it: of the authority, as anybody may be given it.
"""
