import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { chromium } from 'playwright'
import { findCommand } from '../../machine/find-command.ts'
import { asRoot, debianPackage, type Installation, isDebian, run, runQuietly } from '../../machine/installation.ts'

/** The questions of `findBrowser` to the machine. Its tests answer them from a table. */
export interface BrowserProbes {
  /** The variable CHROME_PATH. */
  readonly chromePath: string | undefined
  /** The path at which Playwright stores its own Chromium, downloaded or not. */
  readonly playwrightPath: string
  /** Possible paths of a Chrome or Chromium of this system, the best first. Called again after an installation. */
  systemPaths(): readonly string[]
  exists(path: string): boolean
  /** Whether the program starts: a downloaded Chromium may lack libraries of the system. */
  starts(path: string): Promise<boolean>
  /** How to install a browser, in the order to try. */
  readonly installations: readonly Installation[]
}

const limits = {
  /** Milliseconds for `--version`. A cold disk takes seconds; a wrapper that waits for a display would never end. */
  versionMs: 30_000,
}

const commands = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser']

export const machineProbes = (): BrowserProbes => ({
  chromePath: process.env['CHROME_PATH'],
  playwrightPath: chromium.executablePath(),
  systemPaths,
  exists: existsSync,
  starts,
  installations: installations(),
})

const systemPaths = (): readonly string[] => {
  switch (process.platform) {
    case 'darwin':
      return ['', process.env['HOME'] ?? ''].flatMap((home) => [
        `${home}/Applications/Google Chrome.app/Contents/MacOS/Google Chrome`,
        `${home}/Applications/Chromium.app/Contents/MacOS/Chromium`,
      ])
    case 'win32':
      return ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((variable) => {
        const folder = process.env[variable]
        return folder
          ? [join(folder, 'Google/Chrome/Application/chrome.exe'), join(folder, 'Chromium/Application/chrome.exe')]
          : []
      })
    default:
      return commands.flatMap(findCommand)
  }
}

const starts = async (path: string): Promise<boolean> => {
  // On Windows `--version` opens a window instead of answering.
  if (process.platform === 'win32') return true
  const answer = await run(path, ['--version'], { timeout: limits.versionMs }).catch(() => undefined)
  return answer !== undefined && /Chrom/.test(answer.stdout)
}

const installations = (): Installation[] => {
  const playwright = (...args: string[]) => runPlaywright(args)
  return [
    {
      name: 'downloading Playwright’s Chromium',
      // Without the headless shell: it has neither the back/forward cache nor hidden tabs.
      run: () => playwright('install', '--no-shell', '--no-progress', 'chromium'),
    },
    ...(isDebian()
      ? [
          {
            name: 'installing the libraries for Playwright’s Chromium',
            run: async () => {
              if (!existsSync(chromium.executablePath())) throw new Error('it was not downloaded')
              await asRoot(process.execPath, [playwrightProgram(), 'install-deps', 'chromium'])
            },
          },
          debianPackage('chromium'),
        ]
      : []),
  ]
}

const playwrightProgram = (): string =>
  join(dirname(createRequire(import.meta.url).resolve('playwright/package.json')), 'cli.js')

const runPlaywright = async (args: readonly string[]): Promise<void> => {
  await runQuietly(process.execPath, [playwrightProgram(), ...args])
}
