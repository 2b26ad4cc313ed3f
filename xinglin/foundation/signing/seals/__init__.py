"""Who seals documents for the house: a folder of gateways, one for each certificate authority.

A module has `ALGORITHM` (as CMS names it, for example `sha256_ecdsa`), `certificates(at) -> (DER of the
seal's, DER of its issuer, ...)` and `sign(content, at) -> bytes`, the bare signature of these bytes.
`settings.SEAL_GATEWAY` chooses. One that cannot seal now raises `kernel.errors.Unavailable`.
`DEMONSTRATION = True` and `roots()`: as in `gateways`.
"""
