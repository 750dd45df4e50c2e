// Runs a TypeScript file of this repository in Node, through Vite: `node test/run-script.js test/x.ts arguments…`
import { pathToFileURL } from 'node:url'
import { runnerImport } from 'vite'

const [, , script = ''] = process.argv
// Shift the arguments, so that the script finds its own at the usual index.
process.argv.splice(1, 1)
await runnerImport(pathToFileURL(script).href, { configFile: false, logLevel: 'warn' })
