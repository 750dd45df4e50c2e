import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Folders with servers that are not in an ordinary user's PATH. */
const systemFolders = ['/usr/sbin', '/usr/local/sbin']

/** The paths of the programs with that name; those in PATH come first. */
export const findCommand = (command: string): string[] =>
  [...(process.env['PATH'] ?? '').split(delimiter), ...systemFolders]
    .map((folder) => join(folder, command))
    .filter(isExecutable)

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch (error) {
    // The program is missing, not permitted or not executable, so it can't be started.
    if (error instanceof Error && 'code' in error) return false
    throw error
  }
}
