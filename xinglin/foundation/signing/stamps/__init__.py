"""Who says when: a folder of gateways to time stamping authorities (RFC 3161).

A module has `answer(request, at) -> bytes`: DER of a `TimeStampReq` in, of a `TimeStampResp` out. `at` is
the house's own time, which an authority has no use for. `settings.STAMP_GATEWAY` chooses. One that
cannot answer now raises `kernel.errors.Unavailable`.
`DEMONSTRATION = True` and `roots()`: as in `gateways`.
"""
