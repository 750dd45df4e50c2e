export interface MistypedSetting {
  readonly variable: string
  /** The setting that was probably meant. */
  readonly meant: string
}

/** One mistake is always a mistake; in a long name it may be more. */
const lettersPerMistake = 5

/** Without underscores, capitals and plurals: what people remember of a name. */
const essenceOf = (name: string): string =>
  name
    .toUpperCase()
    .split('_')
    .map((word) => word.replace(/IES$/, 'Y').replace(/S$/, ''))
    .join('')

/** Letters to add, leave out, replace or swap with the next one (optimal string alignment). */
const distance = (a: string, b: string): number => {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)]
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Infinity
  for (let row = 1; row <= a.length; row += 1) {
    rows.push([row])
    for (let column = 1; column <= b.length; column += 1) {
      const isSame = a[row - 1] === b[column - 1]
      const isSwapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      rows[row]?.push(
        Math.min(
          at(row - 1, column) + 1,
          at(row, column - 1) + 1,
          at(row - 1, column - 1) + (isSame ? 0 : 1),
          isSwapped ? at(row - 2, column - 2) + 1 : Infinity,
        ),
      )
    }
  }
  return at(a.length, b.length)
}

const isMistyped = (variable: string, setting: string): boolean => {
  const [written, meant] = [essenceOf(variable), essenceOf(setting)]
  return distance(written, meant) <= Math.max(1, Math.floor(meant.length / lettersPerMistake))
}

/**
 * Variables that are no setting and look like one that is not set. An environment holds much that is none of ours, so
 * nothing is an error, and what is set already is not looked for again.
 */
export const findMistyped = (
  environment: Readonly<Record<string, string | undefined>>,
  settings: readonly string[],
): readonly MistypedSetting[] => {
  const missing = settings.filter((setting) => !environment[setting])
  return Object.keys(environment).flatMap((variable) => {
    if (settings.includes(variable)) return []
    const meant = missing.find((setting) => isMistyped(variable, setting))
    return meant === undefined ? [] : [{ variable, meant }]
  })
}

export const describeMistyped = ({ variable, meant }: MistypedSetting): string =>
  `${variable} is set, and is no setting of Grapevine: is ${meant} meant?`
