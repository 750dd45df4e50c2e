import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execute, root } from '../reference.ts'

/** The folder with the package of the contestants. */
export const folder = fileURLToPath(new URL('.', import.meta.url))

const lockfile = join(folder, 'package-lock.json')
/** A copy of the lockfile whose packages are installed and whose contestants fit their types. */
const installed = join(folder, 'node_modules', 'installed-lock.json')

const read = (path: string): string | undefined => (existsSync(path) ? readFileSync(path, 'utf8') : undefined)

/** Installs the contestants' packages, unless those of this lockfile are installed. Then checks the contestants' types. */
export const installContestants = async (report: (line: string) => void): Promise<void> => {
  const wanted = read(lockfile)
  if (wanted !== undefined && read(installed) === wanted) return
  report('  installing the contestants …')
  // Parts of js-libp2p ask for Node 22, and run with Node 20 as well.
  const flags = ['--no-audit', '--no-fund', '--engine-strict=false']
  await execute('npm', ['ci', ...flags], { cwd: folder, shell: process.platform === 'win32' })
  await execute(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '--project', folder])
  if (wanted !== undefined) writeFileSync(installed, wanted)
}
