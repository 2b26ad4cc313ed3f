"""Says how long the recording is, and that it did not listen. Only a demo hospital uses it."""

from xinglin.foundation.media.types import Recording


def transcribe(recording: Recording) -> str:
    seconds = max(1, round(recording.milliseconds / 1000))
    if recording.locale.startswith("en"):
        return f"(Demo: a real service would write down these {seconds} seconds here.)"
    return f"（演示：真实的语音服务会在这里写出这{seconds}秒的内容。）"
