import { findCommand } from './find-command.ts'
import { debianPackage, isDebian } from './installation.ts'

/**
 * Paths of programs on this machine; `packages` gives Debian's package for each command. Installs those that are missing.
 * Rejects with a message for a person.
 */
export const obtainPrograms = async <Command extends string>(
  packages: Readonly<Record<Command, string>>,
  report: (line: string) => void,
): Promise<Readonly<Record<Command, string>>> => {
  const commands = Object.keys(packages) as Command[]
  const missing = (): Command[] => commands.filter((command) => findCommand(command).length === 0)
  const wanted = missing().map((command) => packages[command])
  if (wanted.length > 0) {
    const advice = `The tests need these programs: ${missing().join(', ')}. Install them in the usual way (Debian: sudo apt-get install ${wanted.join(' ')}) and run the tests again.`
    if (!isDebian()) throw new Error(advice)
    const installation = debianPackage(...wanted)
    report(`Not all programs for the tests are here yet: ${installation.name} …`)
    await installation.run().catch((error: unknown) => {
      throw new Error(
        `${advice} ${installation.name} failed: ${error instanceof Error ? error.message : String(error)}`,
      )
    })
    if (missing().length > 0) throw new Error(advice)
  }
  return Object.fromEntries(commands.map((command) => [command, findCommand(command)[0] ?? ''])) as Record<
    Command,
    string
  >
}
