import { type DestinationStream, type Logger, destination, pino, stdTimeFunctions } from 'pino'
import type { LogLevel, Settings } from './settings.ts'

/**
 * What the operator is told, one JSON object a line. Never a secret, a description, a candidate, a signature or a
 * token, and never so often as a stranger likes.
 */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>

/** Written at once: there are few lines, and the last one before an exit counts most. */
const standardError = (): DestinationStream => destination({ dest: 2, sync: true })

export const createLog = (level: LogLevel, stream: DestinationStream = standardError()): Log =>
  pino({ level, timestamp: stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) } }, stream)

/** Who starts the server by hand reads the addresses, and hears only of what is wrong. */
export const logLevelFor = ({ logLevel }: Pick<Settings, 'logLevel'>, isTerminal: boolean): LogLevel =>
  logLevel ?? (isTerminal ? 'warn' : 'info')

/** The settings as they may be read by anybody: each is named here, so that a new secret can't get out by itself. */
export const publicSettings = (settings: Settings): Readonly<Record<string, unknown>> => ({
  port: settings.port,
  host: settings.host,
  allowedOrigins: settings.allowedOrigins,
  frameAncestors: settings.frameAncestors,
  allowedHosts: settings.allowedHosts,
  basePath: settings.basePath,
  maxSocketsPerAddress: settings.maxSocketsPerAddress,
  trustedProxies: settings.trustedProxies,
  accessTokens: settings.accessTokens.size,
  redis: settings.redisUrl === undefined ? 'off' : 'on',
  metrics: settings.metricsToken === undefined ? 'off' : 'on',
})
