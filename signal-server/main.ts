import { networkInterfaces } from 'node:os'
import { fileURLToPath } from 'node:url'
import { describeAddresses } from './addresses.ts'
import { describeListenFailure } from './listen-failure.ts'
import { loadPage } from './page.ts'
import { startServer } from './server.ts'
import { readSettings, SettingsError } from './settings.ts'

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

// Beside this file once it is built: dist/server/main.js and dist/client/.
const folder = fileURLToPath(new URL('../client/', import.meta.url))
const page = (await loadPage(folder)) ?? fail(`The page is not built: ${folder}index.html is missing. Run: npm start`)

const server = await startServer(settings, page).catch((error: NodeJS.ErrnoException) =>
  fail(describeListenFailure(error, settings)),
)
console.log(describeAddresses(settings.host, server.port, networkInterfaces()))

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  // Once: a second signal ends the process as usual.
  process.once(signal, () => void server.close().then(() => process.exit(0)))
}
