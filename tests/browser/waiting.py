"""Waiting for what a script of a page does."""

from __future__ import annotations

from playwright.sync_api import Page

PATIENCE = 100
"""Looks, 50 ms apart."""


def until(page: Page, condition: str) -> None:
    """Returns once the condition, an expression of JavaScript, holds.

    Playwright's own `wait_for_function` looks again from within the page, where the policy of our pages forbids it to
    evaluate text: it works only if the condition holds at the first look.
    """
    for _ in range(PATIENCE):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never: {condition}")
