import { type BrowserProbes, machineProbes } from './browser-probes.ts'

const advice = [
  'Do one of these, and run the tests again:',
  '  - install Google Chrome or Chromium in the usual way (Debian: sudo apt-get install chromium)',
  '  - npx playwright install --with-deps chromium',
  '  - set CHROME_PATH to the program of a Chrome or Chromium that is somewhere else',
].join('\n')

/**
 * The path of a Chromium that starts: CHROME_PATH, Playwright's own, the system's, or the first that can be
 * installed. Rejects with a message for a person. A CHROME_PATH that does not work is an error and is never skipped,
 * because whoever sets it wants that browser.
 */
export const pickBrowser = async (probes: BrowserProbes, report: (line: string) => void): Promise<string> => {
  const { chromePath } = probes
  if (chromePath) {
    if (!probes.exists(chromePath)) throw new Error(`CHROME_PATH names ${chromePath}, which does not exist`)
    if (!(await probes.starts(chromePath))) throw new Error(`CHROME_PATH names ${chromePath}, which does not start`)
    return chromePath
  }
  const failures: string[] = []
  const present = await findPresent(probes, failures)
  if (present) return present
  for (const installation of probes.installations) {
    report(`No Chrome or Chromium yet: ${installation.name} …`)
    try {
      await installation.run()
    } catch (error) {
      failures.push(`${installation.name}: ${error instanceof Error ? error.message : String(error)}`)
      continue
    }
    const installed = await findPresent(probes, failures)
    if (installed) return installed
  }
  throw new Error(['The tests need a Chrome or Chromium, and none was found.', ...new Set(failures), advice].join('\n'))
}

const findPresent = async (probes: BrowserProbes, failures: string[]): Promise<string | undefined> => {
  for (const path of [probes.playwrightPath, ...probes.systemPaths()]) {
    if (!probes.exists(path)) continue
    if (await probes.starts(path)) return path
    failures.push(`${path} does not start`)
  }
  return undefined
}

/** The path of the browser for the tests on this machine. Installs a browser if there is none. */
export const findBrowser = (): Promise<string> => pickBrowser(machineProbes(), (line) => console.info(line))
