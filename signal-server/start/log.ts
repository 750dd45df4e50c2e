import { type DestinationStream, type Logger, destination, pino, stdTimeFunctions } from 'pino'
import type { LogLevel, Settings } from './settings.ts'

/**
 * The operator's log, one JSON object a line. It never contains a secret, a description, a candidate, a signature or a token,
 * and strangers can't fill it.
 */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>

/** Synchronous: there are few lines, and the last line before an exit matters most. */
const standardError = (): DestinationStream => destination({ dest: 2, sync: true })

export const createLog = (level: LogLevel, stream: DestinationStream = standardError()): Log =>
  pino({ level, timestamp: stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) } }, stream)

/** A person who starts the server by hand reads the addresses, and needs only warnings and errors. */
export const logLevelFor = ({ logLevel }: Pick<Settings, 'logLevel'>, isTerminal: boolean): LogLevel =>
  logLevel ?? (isTerminal ? 'warn' : 'info')

/** The settings without secrets. Each is listed here, so that a new secret can't get into the log by itself. */
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
