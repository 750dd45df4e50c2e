import type { BrowserContext, Page } from 'playwright'

/**
 * A page in a separate window. Chromium draws a tab once a second while it is behind another tab of its window, although
 * Playwright makes the tab report that it is visible. The tests need tabs that a person sees.
 */
export const openWindow = async (profile: BrowserContext): Promise<Page> => {
  const [first] = profile.pages()
  const browser = profile.browser()
  if (!first || !browser) return profile.newPage()
  const pageSession = await profile.newCDPSession(first)
  const { targetInfo } = await pageSession.send('Target.getTargetInfo')
  await pageSession.detach()
  const browserSession = await browser.newBrowserCDPSession()
  const [page] = await Promise.all([
    profile.waitForEvent('page'),
    browserSession.send('Target.createTarget', {
      url: 'about:blank',
      newWindow: true,
      ...(targetInfo.browserContextId === undefined ? {} : { browserContextId: targetInfo.browserContextId }),
    }),
  ])
  await browserSession.detach()
  return page
}
