import { findCommand } from './find-command.ts'
import { debianPackage, isDebian } from './installation.ts'

/** The servers that some tests run for themselves: command → Debian's package. */
const packages = {
  'redis-server': 'redis-server',
  turnserver: 'coturn',
  nginx: 'nginx-light',
} as const

type Command = keyof typeof packages

export type ServerPrograms = Readonly<Record<Command, string>>

declare module 'vitest' {
  interface ProvidedContext {
    /** Paths of the servers that tests start. */
    serverPrograms: ServerPrograms
  }
}

const commands = Object.keys(packages) as Command[]

/** Paths of the servers on this machine; installs those that are missing. Rejects with words for a person. */
export const findServerPrograms = async (report: (line: string) => void): Promise<ServerPrograms> => {
  const missing = (): Command[] => commands.filter((command) => findCommand(command).length === 0)
  const wanted = missing().map((command) => packages[command])
  if (wanted.length > 0) {
    const advice = `The tests need these programs: ${missing().join(', ')}. Install them in the usual way (Debian: sudo apt-get install ${wanted.join(' ')}) and run the tests again.`
    if (!isDebian()) throw new Error(advice)
    const installation = debianPackage(...wanted)
    report(`Not all servers for the tests are here yet: ${installation.name} …`)
    await installation.run().catch((error: unknown) => {
      throw new Error(
        `${advice} ${installation.name} failed: ${error instanceof Error ? error.message : String(error)}`,
      )
    })
    if (missing().length > 0) throw new Error(advice)
  }
  return Object.fromEntries(commands.map((command) => [command, findCommand(command)[0] ?? ''])) as ServerPrograms
}
