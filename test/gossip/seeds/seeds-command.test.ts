import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parseSeedsCommand, seedsCommandOf, seedsHelp } from './seeds-command.ts'

describe('the flags of npm run seeds', () => {
  it('are 10,000 seeds of every scenario if none is given', () => {
    expect(parseSeedsCommand([])).toEqual({ type: 'run', range: { scenario: 'all', first: 1, count: 10_000 } })
  })

  it('are read with a blank or an equals sign', () => {
    const range = { scenario: 'forks', first: 7, count: 20 }
    expect(parseSeedsCommand('--first 7 --count=20 --scenario forks'.split(' '))).toEqual({ type: 'run', range })
  })

  it('are read again from the command that replays a seed', () => {
    const range = { scenario: 'faults', first: 4_711, count: 1 } as const
    const [, , , , ...args] = seedsCommandOf(range).split(' ')
    expect(parseSeedsCommand(args)).toEqual({ type: 'run', range })
  })

  it.each([
    ['--bogus 1', "Unknown option '--bogus'."],
    ['seven', "Unexpected argument 'seven'. This command does not take positional arguments."],
    ['--count', "Option '--count <value>' argument missing."],
    ['--first 0', '--first must be a whole number from 1, not "0".'],
    ['--scenario rain', '--scenario must be all or one of faults, forks, liars, not "rain".'],
  ])('that are wrong are refused in one sentence: %s', (args, message) => {
    expect(parseSeedsCommand(args.split(' '))).toEqual({ type: 'usage-error', message })
  })

  it('are explained in lines that fit a terminal', () => {
    for (const line of seedsHelp().split('\n')) expect(line.length).toBeLessThanOrEqual(120)
  })
})

describe('npm run seeds', () => {
  it('plays the seeds on all cores [P1] [P2] [P3], and ends with 0 if every promise held', async () => {
    const cwd = fileURLToPath(new URL('../../..', import.meta.url))
    const args = ['test/run-script.js', 'test/gossip/seeds/seeds.ts', '--first', '21', '--count', '4']
    const { stdout, code } = await new Promise<{ stdout: string; code: number | null }>((resolve) => {
      const child = execFile(process.execPath, args, { cwd }, (_error, text) =>
        resolve({ stdout: text, code: child.exitCode }),
      )
    })
    expect(stdout).toContain('4 seeds from 21, all promises held in faults, forks, liars')
    expect(code).toBe(0)
  })
})
