import { describe, expect, it } from 'vitest'
import { helpText, parseCommand } from './command-line.ts'
import { commandOf } from './flags.ts'
import { defaultOptions } from './simulation-options.ts'

describe('parseCommand', () => {
  it('gives the default options without flags', () => {
    expect(parseCommand([])).toEqual({ type: 'run', options: defaultOptions, isJson: false })
  })

  it('reads flags with a blank or an equals sign before the value', () => {
    const args = '--nodes 1000 --topology=random --degree 6 --latency-dist exponential --loss=0.01 --json'
    expect(parseCommand(args.split(' '))).toMatchObject({
      type: 'run',
      isJson: true,
      options: { nodes: 1_000, topology: 'random', degree: 6, latencyShape: 'exponential', loss: 0.01 },
    })
  })

  it('reads several faults in any order, each once', () => {
    expect(parseCommand(['--nemesis', 'slow, cut,slow'])).toMatchObject({ options: { nemesis: ['cut', 'slow'] } })
  })

  it.each([
    ['--bogus', "Unknown option '--bogus'."],
    ['nodes', "Unexpected argument 'nodes'. This command does not take positional arguments."],
    ['--nodes', "Option '--nodes <value>' argument missing."],
    ['--nodes 2.5', '--nodes must be a whole number from 1 to 100000, not "2.5".'],
    ['--nodes 0x10', '--nodes must be a whole number from 1 to 100000, not "0x10".'],
    ['--latency=-5', '--latency must be milliseconds from 0 to 60000, not "-5".'],
    ['--nodes 5 --topology random', '--degree 6 needs more nodes than 5.'],
    ['--authors 26', "There can't be 26 authors among 25 nodes."],
    ['--calm 30', '--calm 30 is longer than --time-limit 20.'],
    ['--nodes 1 --nemesis cut', 'A nemesis needs at least 2 nodes.'],
    ['--nemesis cut --nemesis-interval 0', '--nemesis-interval must be more than 0.'],
  ])('refuses `%s` in one sentence', (args, message) => {
    expect(parseCommand(args.split(' '))).toEqual({ type: 'usage-error', message })
  })

  it('refuses a flag where a value is missing, and shows how to write a value with a dash', () => {
    const command = parseCommand(['--latency', '-5'])
    expect(command).toMatchObject({ type: 'usage-error' })
    expect(JSON.stringify(command)).toContain("use '--latency=-XYZ'.")
  })

  it('refuses an unknown name and lists the known ones', () => {
    const command = parseCommand(['--topology', 'torus'])
    expect(command).toMatchObject({ type: 'usage-error' })
    expect(JSON.stringify(command)).toContain('line, ring, star, grid, tree2, tree3, tree4, total, random')
  })

  it('gives the help if one flag asks for it, whatever the other flags are', () => {
    expect(parseCommand(['--nodes', '5', '--help'])).toEqual({ type: 'help' })
  })
})

describe('commandOf', () => {
  it('gives a command that is parsed as the same options', () => {
    const options = {
      ...defaultOptions,
      nodes: 12,
      nemesis: ['partition', 'churn'] as const,
      linkDeaths: 0.01,
      batchMs: 40,
      signatures: 'fake' as const,
      seed: 4_711,
    }
    const [npm, run, script, dashes, ...args] = commandOf(options).split(' ')
    expect([npm, run, script, dashes]).toEqual(['npm', 'run', 'simulate', '--'])
    expect(parseCommand(args)).toEqual({ type: 'run', options, isJson: false })
  })
})

describe('helpText', () => {
  it('fits a terminal', () => {
    for (const line of helpText().split('\n')) expect(line.length).toBeLessThanOrEqual(100)
  })
})
