import { helpText, parseCommand } from './command-line.ts'
import { createProgressBar } from './result/progress-bar.ts'
import { simulate } from './simulation.ts'
import { reportOf } from './result/simulation-report.ts'

/** Runs the simulator as these flags request. Resolves with the exit code, after everything is printed. */
export const runCommand = async (
  args: readonly string[],
  output: Pick<Console, 'log' | 'error'>,
): Promise<0 | 1 | 2> => {
  const command = parseCommand(args)
  switch (command.type) {
    case 'help':
      output.log(helpText())
      return 0
    case 'usage-error':
      output.error(`${command.message} \`npm run simulate -- --help\` lists the flags.`)
      return 2
    case 'run': {
      const progress = createProgressBar(process.stderr)
      const result = await simulate(command.options, progress.onProgress)
      progress.clear()
      output.log(command.isJson ? JSON.stringify(result) : reportOf(result))
      return result.isValid ? 0 : 1
    }
  }
}
