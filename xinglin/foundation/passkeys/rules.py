"""When a passkey counts, and when it may go."""

MOST = 10


def is_copied(last: int, now: int) -> bool:
    """Whether the key's own count did not go on: then two hold the same key (WebAuthn 2, 7.2, step 21).

    Keys that are synchronised between devices do not count: theirs stays 0.
    """
    return bool(last or now) and now <= last
