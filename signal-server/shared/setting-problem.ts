import * as v from 'valibot'

/** What is wrong with the value of a variable and what to write, in sentences that end with a full stop. */
export class SettingProblem extends Error {
  override readonly name = 'SettingProblem'
}

/** A schema for a parser that throws a `SettingProblem` for what it can't read. */
export const readBy = <Output>(parse: (text: string) => Output) =>
  v.pipe(
    v.string(),
    v.rawTransform<string, Output>(({ dataset, addIssue, NEVER }) => {
      try {
        return parse(dataset.value)
      } catch (error) {
        if (!(error instanceof SettingProblem)) throw error
        addIssue({ message: error.message })
        return NEVER
      }
    }),
  )

/** The parts between commas, without blanks around them; empty ones are left out. */
export const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
