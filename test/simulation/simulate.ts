import { runCommand } from './simulate-command.ts'

process.exitCode = await runCommand(process.argv.slice(2), console)
