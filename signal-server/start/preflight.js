// Runs before the build, which takes seconds, and reports what would make the build or the start fail.
// `node signal-server/start/preflight.js` checks the folder; with the argument `start` also the settings and the port; with
// the argument `built` whether there is a build.
import { existsSync } from 'node:fs'
import { sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const fail = (sentence) => {
  process.stderr.write(`${sentence}\n`)
  process.exit(1)
}

const folder = fileURLToPath(new URL('../..', import.meta.url))
// Vite treats the text after a ? as a query, and Node imports no module with such a \ in its path.
const unusable = folder.includes('?') ? '?' : sep === '/' && folder.includes('\\') ? '\\' : undefined
if (unusable) fail(`Grapevine can't be built in a folder with a ${unusable} in its path: ${folder} Move or rename it.`)

const program = fileURLToPath(new URL('../../dist/node/main.js', import.meta.url))
if (process.argv[2] === 'built' && !existsSync(program)) fail('Grapevine is not built yet: run "npm run build" first.')

if (process.argv[2] === 'start') {
  const { runnerImport } = await import('vite')
  const file = new URL('./start-check.ts', import.meta.url).href
  const { module } = await runnerImport(file, { configFile: false, logLevel: 'warn' })
  const trouble = await module.findStartTrouble(process.env)
  if (trouble) fail(trouble)
}
