"""Who writes voice notes down: a folder of gateways, each a module with `transcribe(recording) -> str`.

`transcribe` answers the words, and raises `types.UntranscribedError` when there are none. What it
says stands beside the recording, marked as made by software, and never instead of it. Adding one is
adding a file; `settings.TRANSCRIPT_GATEWAY` says which.
"""
