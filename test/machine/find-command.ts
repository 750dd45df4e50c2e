import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Folders with servers that are not in an ordinary user's PATH. */
const systemFolders = ['/usr/sbin', '/usr/local/sbin']

/** The programs of that name, those in PATH first. */
export const findCommand = (command: string): string[] =>
  [...(process.env['PATH'] ?? '').split(delimiter), ...systemFolders]
    .map((folder) => join(folder, command))
    .filter(isExecutable)

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch (error) {
    // Missing, not permitted, or no program: it can't be started.
    if (error instanceof Error && 'code' in error) return false
    throw error
  }
}
