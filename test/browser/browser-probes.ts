import { execFile } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { chromium } from 'playwright'

/** What the choice asks of the machine; the tests of the choice answer from a table. */
export interface BrowserProbes {
  /** The variable CHROME_PATH. */
  readonly chromePath: string | undefined
  /** Where Playwright keeps its own Chromium, downloaded or not. */
  readonly playwrightPath: string
  /** Where a Chrome or Chromium of this system would be, best first. Asked again after an installation. */
  systemPaths(): readonly string[]
  exists(path: string): boolean
  /** Whether it runs at all: a downloaded Chromium may lack libraries of the system. */
  starts(path: string): Promise<boolean>
  /** Ways to get a browser, in the order to try them. */
  readonly installations: readonly Installation[]
}

export interface Installation {
  /** What it does, for a person who watches. */
  readonly name: string
  /** Rejects with the reason if it can't. */
  run(): Promise<void>
}

const run = promisify(execFile)

const limits = {
  /** Milliseconds for `--version`. A cold disk takes seconds; a wrapper that waits for a display would never end. */
  versionMs: 30_000,
  /** Milliseconds for a download or a package: some 200 MB over a slow line. */
  installMs: 900_000,
  /** Milliseconds until Playwright gives up on a mirror that does not answer; it tries several, several times. */
  mirrorMs: 10_000,
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

const findCommand = (command: string): string[] =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, command))
    .filter(isExecutable)

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch (error) {
    // Not there, not ours, or not a program: none of them can be started.
    if (error instanceof Error && 'code' in error) return false
    throw error
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
  const onDebian = existsSync('/usr/bin/apt-get')
  return [
    {
      name: 'downloading Playwright’s Chromium',
      // Without the headless shell: it has neither the back/forward cache nor hidden tabs.
      run: () => playwright('install', '--no-shell', '--no-progress', 'chromium'),
    },
    ...(onDebian
      ? [
          {
            name: 'installing the libraries for Playwright’s Chromium',
            run: async () => {
              if (!existsSync(chromium.executablePath())) throw new Error('it was not downloaded')
              await asRoot(process.execPath, [playwrightProgram(), 'install-deps', 'chromium'])
            },
          },
          {
            name: 'installing Debian’s package chromium',
            run: async () => {
              await asRoot('apt-get', ['update'])
              await asRoot('apt-get', ['install', '-y', 'chromium'])
            },
          },
        ]
      : []),
  ]
}

const playwrightProgram = (): string =>
  join(dirname(createRequire(import.meta.url).resolve('playwright/package.json')), 'cli.js')

const runPlaywright = async (args: readonly string[]): Promise<void> => {
  await runQuietly(process.execPath, [playwrightProgram(), ...args])
}

const asRoot = async (program: string, args: readonly string[]): Promise<void> => {
  if (process.getuid?.() === 0) return runQuietly(program, args)
  await run('sudo', ['-n', 'true']).catch(() => {
    throw new Error('needs root, and sudo asks for a password')
  })
  await runQuietly('sudo', ['-n', program, ...args])
}

/** Rejects with the line that tells the reason, rather than with pages of progress. */
const runQuietly = async (program: string, args: readonly string[]): Promise<void> => {
  const env = {
    ...process.env,
    DEBIAN_FRONTEND: 'noninteractive',
    PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: String(limits.mirrorMs),
  }
  await run(program, [...args], { env, timeout: limits.installMs, maxBuffer: 64 * 1024 * 1024 }).catch(
    (error: Error & { stderr?: string }) => {
      const lines = (error.stderr?.trim() || error.message).split('\n')
      throw new Error(lines.find((line) => /^E: |error/i.test(line)) ?? lines.at(-1), { cause: error })
    },
  )
}
