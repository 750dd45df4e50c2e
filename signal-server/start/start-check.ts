import { createServer } from 'node:net'
import { describeListenFailure } from './listen-failure.ts'
import { listen } from './listening.ts'
import { readSettings, SettingsError } from './settings.ts'

/** Why a start with this environment would fail now, in a sentence for a person; undefined if it would not. */
export const findStartTrouble = async (
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> => {
  try {
    const settings = readSettings(environment)
    try {
      const listening = await listen(createServer(), settings)
      await listening.stop()
      return undefined
    } catch (error) {
      return describeListenFailure(error as NodeJS.ErrnoException, settings)
    }
  } catch (error) {
    if (error instanceof SettingsError) return error.message
    throw error
  }
}
