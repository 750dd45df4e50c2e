import { constants, networkInterfaces } from 'node:os'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describeAddresses } from './addresses.ts'
import { describeListenFailure } from './listen-failure.ts'
import { createLog, logLevelFor, publicSettings } from './log.ts'
import { buildOf, loadPage } from '../http/page.ts'
import { describeMistyped, findMistyped } from './mistyped-settings.ts'
import { type RunningServer, startServer } from './server.ts'
import { readSettings, settingNames, SettingsError } from './settings.ts'

/** Milliseconds after which a drain is aborted: balancers and service managers kill after 10 s. */
const drainWithinMs = 9_500

/** The command by which the person starts the server. */
const command = basename(process.argv[1] ?? '').startsWith('grapevine') ? 'npx grapevine' : 'npm start'

/** Ends the process with a sentence for the person who started it. */
const fail = (sentence: string): never => {
  console.error(sentence)
  process.exit(1)
}

const settings = (() => {
  try {
    return readSettings(process.env)
  } catch (error) {
    if (error instanceof SettingsError) return fail(error.message)
    throw error
  }
})()

// The addresses go to stdout: they are for the person who starts the server, and contain an access token on a private
// server. The log goes to stderr: it is for machines, is kept, and contains no token.
const log = createLog(logLevelFor(settings, process.stderr.isTTY))
for (const mistyped of findMistyped(process.env, settingNames)) log.warn(mistyped, describeMistyped(mistyped))

// After a build, the page is beside this file: dist/server/main.js and dist/client/.
const folder = fileURLToPath(new URL('../client/', import.meta.url))
const former = fileURLToPath(new URL('../former/assets/', import.meta.url))
const page =
  (await loadPage(folder, settings.frameAncestors, former)) ??
  fail(`The page is not built: ${folder}index.html is missing. Run: npm start`)

const server = await startServer(settings, page, { log }).catch((error: NodeJS.ErrnoException) =>
  fail(describeListenFailure(error, settings, command)),
)
log.info({ ...publicSettings(settings), port: server.port, node: process.version, build: buildOf(page) }, 'listening')

const end = async (running: RunningServer): Promise<void> => {
  setTimeout(() => {
    log.error('the drain took too long: the remaining connections are cut off')
    process.exit(0)
  }, drainWithinMs).unref()
  try {
    await running.drain()
    process.exit(0)
  } catch (error) {
    log.error({ err: error }, 'the drain failed')
    process.exit(1)
  }
}

let isEnding = false
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    // Explicit, since the signal alone does not end process 1 of a container.
    if (isEnding) process.exit(128 + constants.signals[signal])
    isEnding = true
    void end(server)
  })
}

// Last: once the addresses are printed, a signal stops the server gracefully.
console.log(describeAddresses(settings.host, server.port, networkInterfaces(), settings.accessTokens))
