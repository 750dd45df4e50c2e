import { type Browser, chromium } from 'playwright'

export interface BrowserOptions {
  readonly args?: readonly string[]
  /** Playwright turns the back/forward cache off; the browser of a person has it. */
  readonly backForwardCache?: boolean
  /**
   * For less CPU time: the tabs of a profile share one renderer process, with its compiled scripts and its main thread. So a
   * busy tab delays the others, and a killed or stopped process takes all of them.
   */
  readonly sharesRenderer?: boolean
}

/** No test needs these features, and some send requests to the internet. The sandbox needs rights that a container lacks. */
export const browserArgs: readonly string[] = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Chromium obeys only the last list. This list has those features of Playwright's list that matter here, and the
  // two pages that Chromium renders for the address bar of every window, which cost as much time as one of ours.
  `--disable-features=${[
    'AimEnabled',
    'AvoidUnnecessaryBeforeUnloadCheckSync',
    'DestroyProfileOnBrowserClose',
    'HttpsUpgrades',
    'MediaRouter',
    'NetworkTimeServiceQuerying',
    'OptimizationHints',
    'PaintHolding',
    'PreconnectToSearch',
    'ThirdPartyStoragePartitioning',
    'WebUIOmniboxAimPopup',
    'WebUIOmniboxPopup',
  ].join(',')}`,
]

export const launchBrowser = (chromePath: string, options: BrowserOptions = {}): Promise<Browser> =>
  chromium.launch({
    executablePath: chromePath,
    args: [...browserArgs, ...(options.sharesRenderer ? ['--renderer-process-limit=1'] : []), ...(options.args ?? [])],
    ...(options.backForwardCache ? { ignoreDefaultArgs: ['--disable-back-forward-cache'] } : {}),
  })
