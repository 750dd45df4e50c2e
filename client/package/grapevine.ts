#!/usr/bin/env node
/** The command `grapevine` of the package: a table of commands, each loaded when it is called. */
import { readFileSync } from 'node:fs'

interface Command {
  /** One line for `--help`. */
  readonly summary: string
  /** `args`: what follows the name of the command. */
  run(args: readonly string[]): Promise<unknown>
}

const commands: Readonly<Record<string, Command>> = {
  server: {
    summary: 'Serves the page and the signalling, and prints the addresses to open. The default.',
    run: async (args) => {
      if (args.length > 0)
        refuse(`The server takes no ${args[0]}: its settings are environment variables, as in PORT=8080.`)
      return import('../../signal-server/start/main.ts')
    },
  },
  node: {
    summary: 'Runs a node without a browser, such as an archive: grapevine node --help',
    run: async (args) => process.exit(await (await import('../node/command/node-command.ts')).run(args)),
  },
}

const usual = 'server'

/** Ends the process with a sentence for the person who typed the command. */
const refuse = (sentence: string): never => {
  console.error(`${sentence} Run: grapevine --help`)
  process.exit(2)
}

const help = (): string =>
  [
    'Usage: grapevine [command]',
    '',
    ...Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}`),
    '',
    'Settings of the server are environment variables: PORT=8080 HOST=0.0.0.0 grapevine',
    'The section Configuration of the README lists all of them.',
  ].join('\n')

/** In the repository and in the package, two folders above the built file. */
const readVersion = (): string => {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

const [first = usual, ...rest] = process.argv.slice(2)
if (first === '--help' || first === '-h' || first === 'help') console.log(help())
else if (first === '--version') console.log(readVersion())
else if (Object.hasOwn(commands, first)) await commands[first]?.run(rest)
else if (first.startsWith('-')) await commands[usual]?.run([first, ...rest])
else refuse(`grapevine has no command “${first}”.`)
