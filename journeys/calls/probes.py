"""What a page shows and plays, measured in the page itself and not told by it."""

from typing import Any

from playwright.sync_api import Page

from journeys.calls.faces import Face
from journeys.hospital import eventually

# Every connection of the page is kept by, whoever makes it.
REMEMBER = """(() => {
    if (window.theConnections) return
    const Real = window.RTCPeerConnection
    window.theConnections = []
    window.RTCPeerConnection = class extends Real {
        constructor(...given) { super(...given); window.theConnections.push(this) }
    }
})()"""

# Of each video that plays: the colour in its middle, as the eye sees it.
_COLOURS = """() => [...document.querySelectorAll('video')]
    .filter((v) => v.readyState >= 2 && v.videoWidth && v.getClientRects().length)
    .map((v) => {
        const canvas = new OffscreenCanvas(8, 8)
        const pen = canvas.getContext('2d')
        pen.drawImage(v, v.videoWidth / 4, v.videoHeight / 4, v.videoWidth / 2, v.videoHeight / 2, 0, 0, 8, 8)
        const dots = pen.getImageData(0, 0, 8, 8).data
        const sum = [0, 0, 0]
        for (let at = 0; at < dots.length; at += 4) for (let c = 0; c < 3; c++) sum[c] += dots[at + c]
        const [r, g, b] = sum.map((all) => all / 64)
        const top = Math.max(r, g, b), low = Math.min(r, g, b)
        if (top < 40) return 'black'
        if (top - low < 40) return 'grey'
        return top === r ? 'red' : top === g ? 'green' : 'blue'
    })"""

# Of the connections that are not closed: sums, and the energy of what is heard for each by its number.
_STATS = """async () => {
    const sum = { energies: {}, heard: 0, concealed: 0, frames: 0, bytes_in: 0, bytes_out: 0, pairs: [], states: [], width: 0, fps: 0 }
    for (const [nth, pc] of (window.theConnections ?? []).entries()) {
        if (pc.connectionState === 'closed') continue
        sum.states.push(pc.connectionState)
        const all = await pc.getStats()
        for (const s of all.values()) {
            if (s.type === 'inbound-rtp' && s.kind === 'audio') {
                sum.energies[nth] = (sum.energies[nth] ?? 0) + (s.totalAudioEnergy ?? 0)
                sum.heard += s.totalSamplesReceived ?? 0
                sum.concealed += s.concealedSamples ?? 0
            }
            if (s.type === 'inbound-rtp') sum.bytes_in += s.bytesReceived ?? 0
            if (s.type === 'outbound-rtp') sum.bytes_out += s.bytesSent ?? 0
            if (s.type === 'inbound-rtp' && s.kind === 'video') {
                sum.frames += s.framesDecoded ?? 0
                sum.width = Math.max(sum.width, s.frameWidth ?? 0)
                sum.fps = Math.max(sum.fps, s.framesPerSecond ?? 0)
            }
            if (s.type === 'transport' && s.selectedCandidatePairId) {
                const pair = all.get(s.selectedCandidatePairId)
                sum.pairs.push([all.get(pair.localCandidateId)?.candidateType, all.get(pair.remoteCandidateId)?.candidateType])
            }
        }
    }
    return sum
}"""

# Of the connections whose sound an element of the page plays aloud: by how many elements.
_PLAYED = """() => {
    const loud = [...document.querySelectorAll('audio, video')]
        .filter((one) => one.srcObject && !one.paused && !one.muted && one.volume > 0)
        .map((one) => new Set(one.srcObject.getAudioTracks()))
    const played = {}
    for (const [nth, pc] of (window.theConnections ?? []).entries()) {
        const tracks = pc.getReceivers().map((one) => one.track).filter((one) => one.kind === 'audio')
        const most = Math.max(0, ...tracks.map((one) => loud.filter((sent) => sent.has(one)).length))
        if (most) played[nth] = most
    }
    return played
}"""

# Of every connection, also those that are closed.
_STATES = "(window.theConnections ?? []).map((pc) => pc.connectionState)"


def remember(page: Page) -> None:
    """Before the page is opened."""
    page.add_init_script(REMEMBER)


def stats(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(_STATS)
    return found


def colours(page: Page) -> list[str]:
    """Of the videos on the screen, that of the own camera among them."""
    found: list[str] = page.evaluate(_COLOURS)
    return found


def sees(page: Page, *faces: Face, seconds: float = 20.0) -> None:
    """All of them at once, and nobody else."""
    wanted = sorted(face.colour for face in faces)
    last: list[str] = []

    def shown() -> bool:
        nonlocal last
        last = sorted(colours(page))
        return last == wanted

    try:
        eventually(shown, f"seeing {wanted}", seconds)
    except AssertionError as error:
        raise AssertionError(f"{error}: {last} {stats(page)}") from None


def hears(page: Page, *, seconds: float = 15.0) -> None:
    """New sound that is none of silence, and that the page plays aloud, once: of one connection, which may be a new one."""
    before = stats(page)["energies"]

    def grows() -> bool:
        now = stats(page)["energies"]
        played = page.evaluate(_PLAYED)
        return any(
            energy > before.get(nth, 0.0) + 1e-4 and played.get(nth) == 1
            for nth, energy in now.items()
        )

    try:
        eventually(grows, "hearing something", seconds)
    except AssertionError as error:
        raise AssertionError(
            f"{error}: {page.evaluate(_STATES)} {page.evaluate(_PLAYED)} {stats(page)}"
        ) from None


def concealed_share(before: dict[str, Any], after: dict[str, Any]) -> float:
    """Of the sound between the two, what was made up because it did not come: 0 to 1."""
    heard = after["heard"] - before["heard"]
    assert heard > 0, f"no sound at all: {after}"
    share: float = (after["concealed"] - before["concealed"]) / heard
    return share
