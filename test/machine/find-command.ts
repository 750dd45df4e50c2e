import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Where servers are that a plain user's PATH leaves out. */
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
    // Not there, not ours, or not a program: none of them can be started.
    if (error instanceof Error && 'code' in error) return false
    throw error
  }
}
