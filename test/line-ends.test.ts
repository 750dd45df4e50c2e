import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'

const run = promisify(execFile)

it('a checkout by Git for Windows, which writes CRLF by default, has the line ends that the format check wants', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'grapevine-line-ends-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const git = (...args: readonly string[]) => run('git', ['-c', 'core.autocrlf=true', ...args], { cwd: folder })
  await git('init', '--quiet')
  await copyFile(fileURLToPath(new URL('../.gitattributes', import.meta.url)), join(folder, '.gitattributes'))
  const files = ['page.ts', 'README.md', 'run', 'manifest.webmanifest']
  for (const file of files) await writeFile(join(folder, file), 'one\ntwo\n')
  await git('add', '--all')
  for (const file of files) await rm(join(folder, file))
  await git('checkout', '--', ...files)
  for (const file of files) expect(await readFile(join(folder, file), 'utf8'), file).toBe('one\ntwo\n')
})
