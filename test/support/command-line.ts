import { parseArgs, type ParseArgsConfig } from 'node:util'

/** Like `parseArgs`, but returns a sentence for the person who typed the arguments if they are invalid. */
export const readArguments = <const Config extends ParseArgsConfig>(
  config: Config,
): ReturnType<typeof parseArgs<Config>> | string => {
  try {
    return parseArgs(config)
  } catch (error) {
    const isUsageError = error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_')
    if (!isUsageError) throw error
    return `${error.message.replace(/\s*\n/g, ' ').replace(/\.$/, '')}.`
  }
}
