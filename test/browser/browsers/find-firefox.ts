import { existsSync } from 'node:fs'
import { findCommand } from '../../machine/find-command.ts'
import { obtainPrograms } from '../../machine/obtained-programs.ts'

const commands = ['firefox-esr', 'firefox']

/**
 * The path of a Firefox: FIREFOX_PATH or the system's; installs a Firefox if there is none. Rejects with a message
 * for a person. A FIREFOX_PATH that does not exist is an error and is never skipped, because whoever sets it wants
 * that browser.
 */
export const findFirefox = async (): Promise<string> => {
  const path = process.env['FIREFOX_PATH']
  if (path && !existsSync(path)) throw new Error(`FIREFOX_PATH names ${path}, which does not exist`)
  const present = path || commands.flatMap(findCommand)[0]
  if (present) return present
  const obtained = await obtainPrograms({ 'firefox-esr': 'firefox-esr' }, (line) => console.info(line))
  return obtained['firefox-esr']
}
