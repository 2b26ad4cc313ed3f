"""What keeps people out: at twice the size, by keyboard alone, with small targets or small type."""

from playwright.sync_api import Page, ViewportSize

from journeys.watch import PHONE

# Every screen of 640 px or more at 200 %, and one of 1280 px at 400 % (WCAG 2.2, 1.4.10: reflow).
ZOOMED: ViewportSize = {"width": 320, "height": 512}

# Until what has just changed is drawn.
A_FRAME = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
# Of what scrolls: its place has been the same for a while.
AT_REST = """(box) => new Promise((done) => {
    let [top, frames] = [box.scrollTop, 0]
    const look = () => {
        frames = box.scrollTop === top ? frames + 1 : 0
        top = box.scrollTop
        if (frames > 12) done()
        else requestAnimationFrame(look)
    }
    look()
})"""

_SEEN = """
    const HIDDEN = '.visually-hidden, [aria-hidden="true"], dialog:not([open])'
    const seen = (el) => el.getClientRects().length > 0
        && getComputedStyle(el).visibility !== 'hidden' && !el.closest(HIDDEN)
    const hasWords = (el) => [...el.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())
    const called = (el) => `${el.tagName}.${el.className} "${el.textContent.trim().slice(0, 24)}"`
    const all = [...document.querySelectorAll('body *')].filter(seen)
    const found = []
"""

_CUT = f"""() => {{
    {_SEEN}
    for (const el of all.filter(hasWords)) {{
        const style = getComputedStyle(el)
        const box = el.getBoundingClientRect()
        const isCut = style.overflowX === 'hidden' && style.webkitLineClamp === 'none'
            && el.scrollWidth > el.clientWidth + 1
        const scrolls = el.closest('[data-scrolls]') !== null
        if (!scrolls && (box.right > innerWidth + 1 || box.left < -1)) found.push(`${{called(el)}} leaves the screen`)
        else if (isCut) found.push(`${{called(el)}} is cut`)
    }}
    const words = all.filter((el) => el.closest('header') && hasWords(el)).map((el) => {{
        const range = document.createRange()
        range.selectNodeContents(el)
        return [el, range.getBoundingClientRect()]
    }})
    for (const [at, [el, box]] of words.entries()) for (const [other, next] of words.slice(at + 1)) {{
        const across = Math.min(box.right, next.right) - Math.max(box.left, next.left)
        const down = Math.min(box.bottom, next.bottom) - Math.max(box.top, next.top)
        if (!el.contains(other) && across > 2 && down > 2) found.push(`${{called(el)}} lies under ${{called(other)}}`)
    }}
    return found
}}"""

# A link in the middle of a sentence is as large as its words (WCAG 2.5.8).
_SMALL = f"""({{ target, type }}) => {{
    {_SEEN}
    const TARGETS = 'button, a[href], input, select, textarea, summary, [role=button]'
    for (const el of all.filter((el) => el.matches(TARGETS) && !el.matches('[tabindex="-1"]'))) {{
        const style = getComputedStyle(el)
        if (style.opacity === '0' || style.display === 'inline') continue
        const box = ((el.matches('input') && el.closest('label')) || el).getBoundingClientRect()
        if (Math.min(box.width, box.height) < target - 0.5)
            found.push(`${{called(el)}} is ${{Math.round(box.width)}} x ${{Math.round(box.height)}}`)
    }}
    for (const el of all.filter(hasWords)) {{
        const size = parseFloat(getComputedStyle(el).fontSize)
        if (size < type - 0.1) found.push(`${{called(el)}} is written in ${{size}} px`)
    }}
    return found
}}"""


def cut(page: Page) -> list[str]:
    """What leaves the screen, is cut off, or in a head lies under something else, at twice the size and on
    a phone; then back again.
    """
    own, found = page.viewport_size, list[str]()
    for size in (ZOOMED, PHONE):
        page.set_viewport_size(size)
        page.evaluate(A_FRAME)
        found += [f"at {size['width']}: {each}" for each in page.evaluate(_CUT)]
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > size["width"]:
            found.append(f"the page is {wide} px wide at {size['width']}")
    if own:
        page.set_viewport_size(own)
    return found


def small(page: Page, *, target: int, type_px: int) -> list[str]:
    """Targets smaller than `target` px, letters smaller than `type_px`."""
    found: list[str] = page.evaluate(_SMALL, {"target": target, "type": type_px})
    return found


def tab_to(page: Page, test_id: str, *, most: int = 80) -> None:
    """By the Tab key alone, as somebody without a mouse comes there."""
    inside = f"document.activeElement?.closest('[data-testid=\"{test_id}\"]') !== null"
    for _ in range(most):
        if page.evaluate(inside):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{test_id} is not reached by the Tab key")
