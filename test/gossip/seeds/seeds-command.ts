import { readArguments } from '../../support/command-line.ts'
import { type ScenarioName, scenarioNames } from './scenarios.ts'

export interface SeedRange {
  readonly scenario: ScenarioName | 'all'
  readonly first: number
  readonly count: number
}

export type SeedsCommand =
  | { readonly type: 'run'; readonly range: SeedRange }
  | { readonly type: 'help' }
  /** `message`: one sentence for the person who typed the command. */
  | { readonly type: 'usage-error'; readonly message: string }

const defaults: SeedRange = { scenario: 'all', first: 1, count: 10_000 }

/** Parses the arguments, `--flag value` or `--flag=value`. If a flag is repeated, its last value counts. */
export const parseSeedsCommand = (args: readonly string[]): SeedsCommand => {
  const given = readArguments({
    args: [...args],
    options: {
      first: { type: 'string', default: String(defaults.first) },
      count: { type: 'string', default: String(defaults.count) },
      scenario: { type: 'string', default: defaults.scenario },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (typeof given === 'string') return { type: 'usage-error', message: given }
  const { first, count, scenario, help } = given.values
  if (help) return { type: 'help' }
  for (const [flag, text] of Object.entries({ first, count })) {
    const isWhole = /^[0-9]+$/.test(text) && Number(text) >= 1 && Number(text) <= 0xffffffff
    if (!isWhole) return { type: 'usage-error', message: `--${flag} must be a whole number from 1, not "${text}".` }
  }
  const known = (['all', ...scenarioNames] as const).find((name) => name === scenario)
  if (!known) {
    return {
      type: 'usage-error',
      message: `--scenario must be all or one of ${scenarioNames.join(', ')}, not "${scenario}".`,
    }
  }
  return { type: 'run', range: { scenario: known, first: Number(first), count: Number(count) } }
}

export const seedsCommandOf = ({ scenario, first, count }: SeedRange): string =>
  `npm run seeds -- ${scenario === 'all' ? '' : `--scenario ${scenario} `}--first ${first} --count ${count}`

export const seedsHelp = (): string =>
  [
    'Plays small random networks of gossip cores under virtual time, each determined by its seed, until a promise breaks.',
    '',
    'npm run seeds -- [flags]',
    '',
    `  --first      the first seed (default ${defaults.first})`,
    `  --count      how many, one after the other (default ${defaults.count})`,
    '  --scenario   only one of these (default all):',
    '                 faults  links flap, envelopes get lost, nodes vanish and come back: nothing is lost, all in order',
    '                 forks   authors sign several blocks for one height: all nodes show it, at one height',
    '                 liars   neighbours withhold, exaggerate and invent: honest nodes hold what honest nodes hold',
    '  --help       print this',
    '',
    'Ends with 0 if every promise held, with 1 if one did not, with 2 if the flags are wrong.',
  ].join('\n')
