"""What every look at a screen asks: is anything cut off, too small, without focus, told by colour alone.

Each probe is JavaScript that answers with a list of what is wrong, [] when nothing is.
"""

from typing import Any

from django.conf import settings
from django.test import Client

from accounts.models import User

SIZES = ("", "large", "xl")
WIDE, NARROW = {"width": 1366, "height": 768}, {"width": 320, "height": 640}
# What holds words and is narrower than they are; lists shortened on purpose show the whole in a title.
CLIPPED = """[...document.querySelectorAll('input, select, button, a.btn, td, th, dd, .lamp, .tag')].filter(
  each => each.checkVisibility({opacityProperty: true}) && !each.closest('.visually-hidden')
    && !['hidden', 'checkbox', 'radio'].includes(each.type)
    && getComputedStyle(each).display !== 'inline' && each.scrollWidth > each.clientWidth + 1
).map(each => each.tagName + ' ' + (each.name || each.innerText))"""
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
# Pages that visitors touch have larger targets than WCAG asks for (GB/T 37668; axe judges the 24 px of the others).
SMALLER_THAN = """least => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, summary')]
  .filter(each => each.getClientRects().length && !each.closest('.visually-hidden, .skip, [hidden]'))
  .map(each => [each, (each.closest('label') || each).getBoundingClientRect()])
  .filter(([each, box]) => box.height < least || box.width < least)
  .map(([each, box]) => `${each.name || each.innerText} ${box.width} x ${box.height}`)"""
# A lamp says in words what its colour says, and has a shape of its own.
MUTE_LAMPS = """[...document.querySelectorAll('.lamp')].filter(each => !each.textContent.trim()
  || getComputedStyle(each, '::before').content === 'none').map(each => each.outerHTML.slice(0, 80))"""
# Where the focus is and whether one can see that it is there.
FOCUS = """(() => { const at = document.activeElement; const style = getComputedStyle(at);
  const line = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  const box = at.getBoundingClientRect();
  const words = at.innerText || at.getAttribute('aria-label') || '';
  return {tag: at.tagName, name: at.id || at.name || words.trim().slice(0, 30),
    ring: line || style.boxShadow !== 'none',
    seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
    order: [...document.querySelectorAll('*')].indexOf(at), main: Boolean(at.closest('main')),
    primary: at.matches('.btn-primary')}; })()"""
STORED = """(async () => [localStorage.length, sessionStorage.length,
  (await indexedDB.databases()).length, (await caches.keys()).length])()"""


def sign_in(page: Any, username: str, path: str = "/") -> None:
    """As another person, with the cookie of their session; their own start page follows, or ``path``.

    The sign-in page itself is walked in test_whole_path and test_drafts.
    """
    client = Client()
    client.force_login(User.objects.get(username=username))
    session = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.clear_cookies()
    page.context.add_cookies([{"name": session.key, "value": session.value, "domain": "localhost", "path": "/"}])
    page.goto(path)


def look(page: Any, axe: Any, path: str, size: str) -> list[str]:
    """What is wrong with a page as it stands, wide and narrow; the type size is the document's own."""
    name = f"{path} {size or 'normal'}"
    page.set_viewport_size(WIDE)
    page.wait_for_load_state("networkidle")
    faults = [f"{name}: {each}" for each in axe(page)]
    faults += [f"{name}: scrolls sideways at 1366 px"] if page.evaluate(SIDEWAYS) else []
    faults += [f"{name}: clips {each}" for each in page.evaluate(CLIPPED)]
    faults += [f"{name}: lamp without words or shape {each}" for each in page.evaluate(MUTE_LAMPS)]
    page.set_viewport_size(NARROW)
    faults += [f"{name}: scrolls sideways at 320 px"] if page.evaluate(SIDEWAYS) else []
    page.set_viewport_size(WIDE)
    return faults
