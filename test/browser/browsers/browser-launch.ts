import { type Browser, chromium } from 'playwright'

export interface BrowserOptions {
  readonly args?: readonly string[]
  /** Playwright switches the back/forward cache off; a person's browser has it. */
  readonly backForwardCache?: boolean
}

/** No test needs these features, and some send requests to the internet. The sandbox needs rights that a container lacks. */
export const browserArgs: readonly string[] = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Chromium reads only the last list. It has those of Playwright's that matter here, and the two pages that Chromium renders
  // for the address bar of every window, which cost as much time as one of ours.
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
    args: [...browserArgs, ...(options.args ?? [])],
    ...(options.backForwardCache ? { ignoreDefaultArgs: ['--disable-back-forward-cache'] } : {}),
  })
