import { type ScenarioName, scenarioNames } from './scenarios.ts'

export interface SeedRange {
  scenario: ScenarioName | 'all'
  first: number
  count: number
}

export type SeedsCommand =
  | { readonly type: 'run'; readonly range: Readonly<SeedRange> }
  | { readonly type: 'help' }
  /** One sentence for the person who typed it. */
  | { readonly type: 'mistake'; readonly says: string }

const defaults: Readonly<SeedRange> = { scenario: 'all', first: 1, count: 10_000 }

/** Reads the arguments, `--flag value` or `--flag=value`. The last of equal flags counts. */
export const parseSeedsCommand = (args: readonly string[]): SeedsCommand => {
  const range = { ...defaults }
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? ''
    if (arg === '--help' || arg === '-h') return { type: 'help' }
    const [, flag, given] = /^--([^=]+)(?:=(.*))?$/s.exec(arg) ?? []
    if (given === undefined) index += 1
    const text = given ?? args[index] ?? ''
    switch (flag) {
      case 'first':
      case 'count': {
        const value = Number(text)
        const isWhole = /^[0-9]+$/.test(text) && value >= 1 && value <= 0xffffffff
        if (!isWhole) return { type: 'mistake', says: `--${flag} takes a whole number from 1, not "${text}".` }
        range[flag] = value
        break
      }
      case 'scenario': {
        const scenario = scenarioNames.find((name) => name === text)
        const names = scenarioNames.join(', ')
        if (!scenario) return { type: 'mistake', says: `--scenario takes one of ${names}, not "${text}".` }
        range.scenario = scenario
        break
      }
      default:
        return { type: 'mistake', says: flag ? `There is no flag --${flag}.` : `"${arg}" belongs to no flag.` }
    }
  }
  return { type: 'run', range }
}

export const seedsCommandOf = ({ scenario, first, count }: Readonly<SeedRange>): string =>
  `npm run seeds -- ${scenario === 'all' ? '' : `--scenario ${scenario} `}--first ${first} --count ${count}`

export const seedsHelp = (): string =>
  [
    'Plays small random networks of gossip cores under virtual time, each as its seed says, until a promise breaks.',
    '',
    'npm run seeds -- [flags]',
    '',
    `  --first      the first seed (default ${defaults.first})`,
    `  --count      how many, one after the other (default ${defaults.count})`,
    '  --scenario   only one of these (default all):',
    '                 faults  links flap, envelopes get lost, nodes vanish and come back: nothing is lost, all in order',
    '                 forks   authors sign several blocks for one height: all nodes show it, at one height',
    '  --help       print this',
    '',
    'Ends with 0 if every promise held, with 1 if one did not, with 2 if the flags are wrong.',
  ].join('\n')
