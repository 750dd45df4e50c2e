import { describe, expect, it } from 'vitest'
import type { Installation } from '../../machine/installation.ts'
import type { BrowserProbes } from './browser-probes.ts'
import { pickBrowser } from './find-browser.ts'

/** A machine with these programs. Those in `broken` do not start. */
const machine = (
  programs: readonly string[],
  { broken = [], ...rest }: Partial<BrowserProbes> & { broken?: readonly string[] } = {},
): BrowserProbes => ({
  chromePath: undefined,
  playwrightPath: '/cache/chrome',
  systemPaths: () => ['/usr/bin/google-chrome', '/usr/bin/chromium'],
  exists: (path) => programs.includes(path),
  starts: async (path) => !broken.includes(path),
  installations: [],
  ...rest,
})

const installs = (programs: string[], path: string): Installation => ({
  name: `installing ${path}`,
  run: async () => void programs.push(path),
})

const fails = (reason: string): Installation => ({ name: 'downloading', run: () => Promise.reject(new Error(reason)) })

const silent = (): void => undefined

describe('the browser for the tests', () => {
  it('is the browser that CHROME_PATH names, before all others', async () => {
    const probes = machine(['/opt/mine', '/cache/chrome', '/usr/bin/chromium'], { chromePath: '/opt/mine' })
    expect(await pickBrowser(probes, silent)).toBe('/opt/mine')
  })

  it('is an error that names a CHROME_PATH which does not exist, even if there are other browsers', async () => {
    const probes = machine(['/usr/bin/chromium'], { chromePath: '/opt/gone' })
    await expect(pickBrowser(probes, silent)).rejects.toThrow('CHROME_PATH names /opt/gone, which does not exist')
  })

  it('is an error that names a CHROME_PATH which does not start', async () => {
    const probes = machine(['/opt/mine'], { chromePath: '/opt/mine', broken: ['/opt/mine'] })
    await expect(pickBrowser(probes, silent)).rejects.toThrow('CHROME_PATH names /opt/mine, which does not start')
  })

  it('follows the usual rules if CHROME_PATH is empty', async () => {
    expect(await pickBrowser(machine(['/usr/bin/chromium'], { chromePath: '' }), silent)).toBe('/usr/bin/chromium')
  })

  it('is Playwright’s own browser before the system’s', async () => {
    expect(await pickBrowser(machine(['/cache/chrome', '/usr/bin/chromium']), silent)).toBe('/cache/chrome')
  })

  it('is the system’s browser if Playwright’s own does not start', async () => {
    const probes = machine(['/cache/chrome', '/usr/bin/chromium'], { broken: ['/cache/chrome'] })
    expect(await pickBrowser(probes, silent)).toBe('/usr/bin/chromium')
  })

  it('is not installed if there is one', async () => {
    const probes = machine(['/usr/bin/chromium'], { installations: [fails('never to be run')] })
    expect(await pickBrowser(probes, silent)).toBe('/usr/bin/chromium')
  })

  it('is installed if there is none, and the installation is announced', async () => {
    const programs: string[] = []
    const lines: string[] = []
    const probes = machine(programs, { installations: [installs(programs, '/cache/chrome')] })
    expect(await pickBrowser(probes, (line) => lines.push(line))).toBe('/cache/chrome')
    expect(lines).toEqual(['No Chrome or Chromium yet: installing /cache/chrome …'])
  })

  it('comes from the next installation if one fails', async () => {
    const programs: string[] = []
    const probes = machine(programs, { installations: [fails('offline'), installs(programs, '/usr/bin/chromium')] })
    expect(await pickBrowser(probes, silent)).toBe('/usr/bin/chromium')
  })

  it('comes from the next installation if the installed browser does not start', async () => {
    const programs: string[] = []
    const probes = machine(programs, {
      broken: ['/cache/chrome'],
      installations: [installs(programs, '/cache/chrome'), installs(programs, '/usr/bin/chromium')],
    })
    expect(await pickBrowser(probes, silent)).toBe('/usr/bin/chromium')
  })

  it('is an error with every reason and exact instructions if no installation succeeds', async () => {
    const probes = machine(['/usr/bin/chromium'], {
      broken: ['/usr/bin/chromium'],
      installations: [fails('the download was refused')],
    })
    const failure = pickBrowser(probes, silent)
    await expect(failure).rejects.toThrow('/usr/bin/chromium does not start')
    await expect(failure).rejects.toThrow('downloading: the download was refused')
    await expect(failure).rejects.toThrow('npx playwright install --with-deps chromium')
    await expect(failure).rejects.toThrow('sudo apt-get install chromium')
    await expect(failure).rejects.toThrow('CHROME_PATH')
  })
})
