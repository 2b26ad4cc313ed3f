"""By what a notice goes out: a folder of channels, each a module with

- `AT_ONCE`: how many are sent at the same time; more than one only when `prepare` answers a call
  that touches no database,
- `prepare(delivery, message)`: the call that sends it, which raises `types.UndeliveredError`,
- `address_of(delivery)`: where it goes, "" when there is no such address any more,
- `gone(delivery)`: what to do when that address is no more.

What stands in the app's own list is the notice itself: there is nothing to deliver.
"""
