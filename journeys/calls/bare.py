"""A call without a hospital: two empty pages, and the test carries the words between them."""

from playwright.sync_api import Browser, Page, Route

from journeys.calls import probes

# A secure place, which camera and microphone ask for; nothing is fetched from it.
_URL = "http://localhost/bare"
_BEGIN = """async ({ servers, relayOnly }) => {
    const own = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 640, height: 480, frameRate: 20 } })
    const show = (stream, muted) => {
        const video = document.createElement('video')
        Object.assign(video, { srcObject: stream, muted, autoplay: true, width: 160 })
        document.body.append(video)
    }
    show(own, true)
    const pc = new RTCPeerConnection({ iceServers: servers, iceTransportPolicy: relayOnly ? 'relay' : 'all' })
    window.pc = pc
    pc.ontrack = (event) => { if (event.track.kind === 'video') show(event.streams[0], false) }
    own.getTracks().forEach((track) => pc.addTrack(track, own))
}"""
_GATHERED = """() => new Promise((done) => {
    if (pc.iceGatheringState === 'complete') done(pc.localDescription.sdp)
    pc.onicegatheringstatechange = () => pc.iceGatheringState === 'complete' && done(pc.localDescription.sdp)
})"""


def bare_page(browser: Browser) -> Page:
    def empty(route: Route) -> None:
        route.fulfill(content_type="text/html", body="<!doctype html><title>bare</title>")

    page = browser.new_page()
    probes.remember(page)
    page.route("http://localhost/**", empty)
    page.goto(_URL)
    return page


def call(one: Page, other: Page, *, servers: object = (), relay_only: bool = False) -> None:
    """Until each has heard what the other can; whether they meet is theirs."""
    given = {"servers": servers or [], "relayOnly": relay_only}
    for page in (one, other):
        page.evaluate(_BEGIN, given)
    one.evaluate("async () => pc.setLocalDescription()")
    offer = {"type": "offer", "sdp": one.evaluate(_GATHERED)}
    other.evaluate(
        "async (o) => { await pc.setRemoteDescription(o); await pc.setLocalDescription() }", offer
    )
    answer = {"type": "answer", "sdp": other.evaluate(_GATHERED)}
    one.evaluate("async (a) => pc.setRemoteDescription(a)", answer)
