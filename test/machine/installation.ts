import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'

/** How to install a program that the tests need. */
export interface Installation {
  /** A description for a person. */
  readonly name: string
  /** Rejects with the reason if the installation fails. */
  run(): Promise<void>
}

const limits = {
  /** Milliseconds for a download or a package: about 200 MB over a slow line. */
  installMs: 900_000,
  /**
   * Milliseconds until Playwright gives up on a mirror that does not answer. Playwright tries several mirrors, each
   * several times.
   */
  mirrorMs: 10_000,
}

export const run = promisify(execFile)

export const isDebian = (): boolean => existsSync('/usr/bin/apt-get')

export const debianPackage = (...names: readonly string[]): Installation => ({
  name: `installing Debian’s ${names.length > 1 ? 'packages' : 'package'} ${names.join(', ')}`,
  run: async () => {
    await asRoot('apt-get', ['update'])
    await asRoot('apt-get', ['install', '-y', '--no-install-recommends', ...names])
  },
})

export const asRoot = async (program: string, args: readonly string[]): Promise<void> => {
  if (process.getuid?.() === 0) return runQuietly(program, args)
  await run('sudo', ['-n', 'true']).catch(() => {
    throw new Error('needs root, and sudo asks for a password')
  })
  await runQuietly('sudo', ['-n', '--preserve-env=DEBIAN_FRONTEND,RUNLEVEL', program, ...args])
}

/** Rejects with the line that contains the reason instead of pages of progress. */
export const runQuietly = async (program: string, args: readonly string[]): Promise<void> => {
  const env = {
    ...process.env,
    DEBIAN_FRONTEND: 'noninteractive',
    // Prevents a package from starting its service, because the tests start the programs themselves.
    RUNLEVEL: '1',
    PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: String(limits.mirrorMs),
  }
  await run(program, [...args], { env, timeout: limits.installMs, maxBuffer: 64 * 1024 * 1024 }).catch(
    (error: Error & { stderr?: string }) => {
      const lines = (error.stderr?.trim() || error.message).split('\n')
      throw new Error(lines.find((line) => /^E: |error/i.test(line)) ?? lines.at(-1), { cause: error })
    },
  )
}
