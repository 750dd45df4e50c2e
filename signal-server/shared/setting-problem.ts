import * as v from 'valibot'

/** What is wrong with a variable's value and what to write, in full sentences. */
export class SettingProblem extends Error {
  override readonly name = 'SettingProblem'
}

/** A schema for a parser that throws a `SettingProblem` for an invalid text. */
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

/** The parts between commas, trimmed, without empty parts. */
export const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
