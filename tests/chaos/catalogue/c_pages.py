"""C9 and C14: real pages in a real browser, over HTTP/1.1, while the server goes and comes back."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import httpx
from playwright.async_api import BrowserContext, Page, async_playwright

from tests.browser.chromium import ARGUMENTS, found
from tests.chaos.ground import Ground
from tests.chaos.outcome import Outcome
from tests.chaos.rows import row

TABS = 7
#: A loaded machine has to draw seven pages.
SECONDS = 60.0
#: As many as a page that is loaded now shows.
SHOWN = 25
NO_BROWSER = "needs Chromium"
NO_SOCKETS = "window.WebSocket = class { constructor() { throw new Error('none here'); } }"
TITLES = """() => [...document.querySelectorAll("#feed article")].map(
    (row) => row.querySelector(".item-title a").textContent.trim()
)"""
IS_LIVE = """() => document.querySelector(".chip")?.textContent.includes("Live")"""


@contextlib.asynccontextmanager
async def browsing(ground: Ground, session: str) -> AsyncIterator[BrowserContext | None]:
    """A browser in which alice is signed in; None where there is no browser."""
    async with async_playwright() as playwright:
        path = found(playwright.chromium.executable_path)
        if path is None:
            yield None
            return
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        context = await browser.new_context(base_url=f"http://{ground.site.address()}")
        context.set_default_timeout(1000 * SECONDS)
        await context.add_cookies(
            [{"name": "sessionid", "value": session, "domain": "127.0.0.1", "path": "/"}]
        )
        yield context
        await browser.close()


async def opened(context: BrowserContext) -> Page:
    """An inbox that is live."""
    page = await context.new_page()
    await page.goto("/")
    await page.wait_for_function(IS_LIVE)
    return page


async def titles(page: Page) -> list[str]:
    shown: list[str] = await page.evaluate(TITLES)
    return shown[:SHOWN]


@row("c9", processes=1)
async def many_tabs(ground: Ground) -> Outcome:
    """Seven tabs of one browser over HTTP/1.1, without WebSockets."""
    async with browsing(ground, ground.people.session["alice"]) as context:
        if context is None:
            return Outcome(skipped=NO_BROWSER)
        await context.add_init_script(NO_SOCKETS)
        tabs = [await opened(context) for _ in range(TABS)]
        open_now = await connected(ground)
        await ground.do("notify", title="to all tabs", to=[ground.people.alice_topic])
        live = 0
        for page in tabs:
            with contextlib.suppress(Exception):
                await page.wait_for_selector("#feed >> text=to all tabs")
                live += 1
        outcome = await ground.verdict()
    outcome.figures = {"tabs": TABS, "live": live, "connections": open_now}
    outcome.least("live tabs", live, TABS)
    return outcome.most("connections of the browser", sum(open_now.values()), 1)


async def connected(ground: Ground) -> dict[str, int]:
    """The connections of the first process, by transport."""
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"http://{ground.site.address()}/test/connected/")
        counts: dict[str, int] = answer.json()
        return counts


@row("c14", processes=1)
async def live_and_reloaded(ground: Ground) -> Outcome:
    """A page that lived through a kill and an outage of Redis shows what a new one shows."""
    await ground.crowd(8)
    async with browsing(ground, ground.people.session["alice"]) as context:
        if context is None:
            return Outcome(skipped=NO_BROWSER)
        page = await opened(context)
        async with ground.publishing(6):
            await ground.published(10)
            async with ground.fault("Redis is away"):
                await asyncio.to_thread(ground.redis.stop)
                await ground.wait(3)
                await asyncio.to_thread(ground.redis.start)
            async with ground.fault("the server is killed"):
                ground.kill(0)
                await ground.wait(3)
                await ground.start_server(0)
            await ground.published(10)
        await ground.settle()
        await page.wait_for_function(IS_LIVE)
        fresh = await titles(await opened(context))
        shown: list[str] = []
        with contextlib.suppress(AssertionError):
            for _look in range(int(SECONDS)):
                shown = await titles(page)
                if shown == fresh:
                    break
                await asyncio.sleep(1)
    outcome = await ground.verdict()
    differing = len(set(shown) ^ set(fresh)) + (shown != fresh)
    outcome.figures |= {"shown": len(shown), "reloaded": len(fresh)}
    outcome.least("notifications shown", len(fresh), 1)
    return outcome.most("differences", differing, 0)
