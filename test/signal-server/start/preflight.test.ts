import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'

const root = fileURLToPath(new URL('../../..', import.meta.url))

const run = async (command: string, args: readonly string[], environment: Record<string, string> = {}, cwd = root) => {
  const { NODE_ENV: _mode, VITEST: _vitest, ...inherited } = process.env
  const child = spawn(command, args, { cwd, env: { ...inherited, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const output = Promise.all([text(child.stdout), text(child.stderr)])
  const [code] = (await once(child, 'exit')) as [number]
  const [stdout, stderr] = await output
  return { code, stdout, stderr }
}

/** All that a build reads: the configuration of the build is also that of the tests. */
const sources = ['client', 'signal-server', 'public', 'test', 'package.json', 'tsconfig.json', 'vite.config.ts']

/** Parts of the repository without installed packages, copied into a folder with that name. */
const copyTo = async (name: string, parts: readonly string[]): Promise<string> => {
  const parent = await mkdtemp(join(tmpdir(), 'grapevine-folder-'))
  onTestFinished(() => rm(parent, { recursive: true }))
  const folder = join(parent, name)
  await mkdir(folder)
  const filter = (path: string): boolean => !path.endsWith('node_modules')
  for (const part of parts) await cp(join(root, part), join(folder, part), { recursive: true, filter })
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  return folder
}

describe('a start', () => {
  it('with a bad setting ends before anything is built', async () => {
    const { code, stdout, stderr } = await run('npm', ['start'], { PORT: 'abc' })
    expect(code).not.toBe(0)
    expect(stderr).toContain('PORT="abc" is not valid: expected a whole number from 0 to 65535 (0: any free port).\n')
    expect(stdout).not.toMatch(/building|transformed|built in/)
  })

  it('with a port that is in use ends before anything is built', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    onTestFinished(() => void other.close())
    const { port } = other.address() as AddressInfo
    const { code, stdout, stderr } = await run('npm', ['start'], { PORT: String(port) })
    expect(code).not.toBe(0)
    expect(stderr).toContain(`Port ${port} is already in use. Choose another port: PORT=${port + 1} npm start\n`)
    expect(stdout).not.toMatch(/building|transformed|built in/)
  })
})

describe('a build', () => {
  it('makes the same page in a folder whose name is a glob pattern', async () => {
    const folder = await copyTo('C# {a} (1) [x]', sources)
    const vite = join(root, 'node_modules/vite/bin/vite.js')
    const { code } = await run(process.execPath, [vite, 'build', '--logLevel', 'error'], {}, folder)
    expect(code).toBe(0)
    const pageIn = (where: string) => readFile(join(where, 'dist/client/index.html'), 'utf8')
    // The file names in the page contain hashes of everything that was built.
    expect(await pageIn(folder)).toBe(await pageIn(root))
  })

  it('reports a folder in which a build is impossible', async () => {
    const folder = await copyTo('why?', ['signal-server', 'package.json'])
    const { code, stdout, stderr } = await run('npm', ['run', 'build'], {}, folder)
    expect(code).not.toBe(0)
    expect(stderr).toContain(
      `Grapevine can't be built in a folder with a ? in its path: ${folder}/ Move or rename it.\n`,
    )
    expect(stdout).not.toMatch(/building|transformed|built in/)
  })
})
