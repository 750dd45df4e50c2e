import { execFile } from 'node:child_process'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** The last commit before the core was rebuilt around bytes and deadlines. */
export const reference = '4b68ffe'

export const root = fileURLToPath(new URL('../..', import.meta.url))

export const execute = promisify(execFile)

/**
 * Runs the measurement with a checkout of the reference beside this one, with the same packages, and removes the checkout.
 * Undefined: this clone has no such commit.
 */
export const withReference = async (measure: (folder: string | undefined) => Promise<void>): Promise<void> => {
  const parent = await mkdtemp(join(tmpdir(), 'grapevine-bench-'))
  const folder = join(parent, 'reference')
  const isThere = await execute('git', ['-C', root, 'worktree', 'add', '--detach', folder, reference]).then(
    () => true,
    () => false,
  )
  try {
    if (isThere) await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
    await measure(isThere ? folder : undefined)
  } finally {
    if (isThere) await execute('git', ['-C', root, 'worktree', 'remove', '--force', folder])
    await rm(parent, { recursive: true, force: true })
  }
}

export const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[values.length >> 1] ?? 0
