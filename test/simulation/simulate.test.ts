import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { runCommand } from './simulate-command.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command as `npm run simulate -- …` does. */
const runProcess = (...args: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const script = ['test/run-script.js', 'test/simulation/simulate.ts', ...args]
    const child = execFile(process.execPath, script, { cwd: root }, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr })
    })
  })

/** Runs the command in this process, which costs no start of Node and Vite. */
const run = async (...args: readonly string[]): Promise<Ended> => {
  const printed = { stdout: '', stderr: '' }
  const code = await runCommand(args, {
    log: (line: string) => void (printed.stdout += `${line}\n`),
    error: (line: string) => void (printed.stderr += `${line}\n`),
  })
  return { code, ...printed }
}

const quick = ['--nodes', '3', '--topology', 'line', '--time-limit', '1', '--latency', '10']

describe('npm run simulate', () => {
  it('prints one object with --json, and ends with 0', async () => {
    const { code, stdout } = await run(...quick, '--json')
    expect(code).toBe(0)
    const result = JSON.parse(stdout) as Record<string, unknown>
    expect(result).toMatchObject({ nodes: 3, topology: 'line', lost: 0, convergedAfterHealMs: expect.any(Number) })
    const keys = [
      'nodes topology ops broadcasts lost stale stableLatencies msgsPerOp envelopesPerBroadcast bytesPerBroadcast',
      'duplicates convergedAfterHealMs peakBytesPerNode wallMs',
    ]
    expect(Object.keys(result)).toEqual(expect.arrayContaining(keys.join(' ').split(' ')))
    expect(Object.keys(result['stableLatencies'] as object).sort()).toEqual(['0', '0.5', '0.95', '0.99', '1'])
  })

  it('prints a report and the command that repeats the run, and ends with 1 when a promise is broken', async () => {
    const { code, stdout } = await runProcess(...quick, '--loss', '0.99', '--recovery', '1')
    expect(code).toBe(1)
    expect(stdout).toMatch(/^verdict +NOT VALID/)
    const options = '--nodes 3 --topology line --latency 10 --time-limit 1 --loss 0.99 --recovery 1 --seed 1'
    expect(stdout).toContain(`npm run simulate -- ${options}`)
  })

  it('ends with 2 and one sentence when a flag is wrong', async () => {
    const { code, stdout, stderr } = await run('--topology', 'torus')
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toContain('--topology must be one of line, ring, star,')
  })
})
