import { helpText, parseCommand } from './command-line.ts'
import { createProgressBar } from './result/progress-bar.ts'
import { simulate } from './simulation.ts'
import { reportOf } from './result/simulation-report.ts'

const command = parseCommand(process.argv.slice(2))
switch (command.type) {
  case 'help':
    console.log(helpText())
    break
  case 'usage-error':
    console.error(`${command.message} \`npm run simulate -- --help\` lists the flags.`)
    process.exitCode = 2
    break
  case 'run': {
    const progress = createProgressBar(process.stderr)
    const result = await simulate(command.options, progress.onProgress)
    progress.clear()
    console.log(command.isJson ? JSON.stringify(result) : reportOf(result))
    process.exitCode = result.isValid ? 0 : 1
    break
  }
}
