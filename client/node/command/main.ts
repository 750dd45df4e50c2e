/** `npm run node`: the command by itself. */
import { run } from './node-command.ts'

process.exit(await run(process.argv.slice(2)))
