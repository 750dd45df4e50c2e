// Runs a TypeScript file of this repository in Node, through Vite: `node test/run-script.js test/x.ts arguments…`
import { pathToFileURL } from 'node:url'
import { runnerImport } from 'vite'

const [, , script = ''] = process.argv
// As if the script had been started itself: its own arguments begin at the same place.
process.argv.splice(1, 1)
await runnerImport(pathToFileURL(script).href, { configFile: false, logLevel: 'warn' })
