import { launchBrowser } from '../../browser/browsers/browser-launch.ts'
import { openWindow } from '../../browser/browsers/browser-window.ts'
import { RawBrowser } from '../../browser/browsers/raw-browser.ts'

/** What a browser says of one of its processes. */
interface BrowserProcess {
  readonly type: string
  readonly id: number
  /** Seconds since its start. */
  readonly cpuTime: number
}

export interface LineTab {
  /** The value of the expression, or of the promise that it returns, as JSON. */
  evaluate(expression: string): Promise<unknown>
  /** Runs the garbage collection. */
  collectGarbage(): Promise<void>
  reload(): Promise<void>
}

/** A browser in which the tabs of a line are open. */
export interface LineBrowser {
  /** Opens a tab that runs this script before those of its page. */
  open(url: string, script: string): Promise<LineTab>
  processes(): Promise<readonly BrowserProcess[]>
  close(): Promise<void>
}

/**
 * Every tab has a window of its own and is drawn, as if a person saw all of them. The worker that keeps the benchmark's time
 * is none of the page's own, so the page's policy does not count.
 */
export const launchDrawn = async (chromePath: string): Promise<LineBrowser> => {
  const browser = await launchBrowser(chromePath)
  const profile = await browser.newContext({ viewport: { width: 1280, height: 800 }, bypassCSP: true })
  const session = await browser.newBrowserCDPSession()
  return {
    async open(url, script) {
      const page = await openWindow(profile)
      if (script) await page.addInitScript({ content: script })
      await page.goto(url)
      return {
        evaluate: (expression) => page.evaluate(expression),
        async collectGarbage() {
          const pageSession = await profile.newCDPSession(page)
          await pageSession.send('HeapProfiler.collectGarbage')
          await pageSession.detach()
        },
        async reload() {
          await page.reload()
        },
      }
    },
    processes: async () => (await session.send('SystemInfo.getProcessInfo')).processInfo,
    close: () => browser.close(),
  }
}

/** All tabs are in one window, and hidden behind an empty one once `hideAll` has run, as for a person with many tabs. */
export const launchHidden = async (chromePath: string): Promise<LineBrowser & { hideAll(): Promise<void> }> => {
  const browser = await RawBrowser.launch(chromePath)
  return {
    async open(url, script) {
      const tab = await browser.open('about:blank')
      await tab.send('Page.enable')
      await tab.send('Page.setBypassCSP', { enabled: true })
      if (script) await tab.send('Page.addScriptToEvaluateOnNewDocument', { source: `(() => {${script}\n})()` })
      await tab.send('Page.navigate', { url })
      await tab.waitFor(`location.href !== 'about:blank' && document.readyState === 'complete'`)
      return {
        evaluate: (expression) => tab.evaluate(expression),
        collectGarbage: () => tab.send('HeapProfiler.collectGarbage').then(() => undefined),
        reload: () => tab.send('Page.reload').then(() => undefined),
      }
    },
    async hideAll() {
      await browser.open('about:blank')
    },
    async processes() {
      const { processInfo } = await browser.send('SystemInfo.getProcessInfo')
      return processInfo as readonly BrowserProcess[]
    },
    close: () => browser.close(),
  }
}
