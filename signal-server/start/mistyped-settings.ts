export interface MistypedSetting {
  readonly variable: string
  /** The setting that is probably meant. */
  readonly meant: string
}

/** One mistake is always allowed; a longer name may have one for so many letters. */
const lettersPerMistake = 5

/** A name without underscores, lower case and plurals, which people often get wrong. */
const essenceOf = (name: string): string =>
  name
    .toUpperCase()
    .split('_')
    .map((word) => word.replace(/IES$/, 'Y').replace(/S$/, ''))
    .join('')

/** Letters to add, remove, replace or swap with the next letter (optimal string alignment). */
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
 * Variables that are no setting but look like a setting that is not set. An environment has many variables of other
 * programs, so this is never an error.
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
  `${variable} is set, but Grapevine has no such setting. Did you mean ${meant}?`
