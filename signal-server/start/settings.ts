import * as v from 'valibot'
import { isBasePath } from '../http/base-path.ts'
import { parseFrameAncestors } from '../http/frame-ancestors.ts'
import { parseIceServers, parseTurnUrls } from './ice-list.ts'
import type { TurnOptions } from '../introductions/ice-servers.ts'
import { type SignallingLimits, signallingLimits } from '../shared/limits.ts'
import { protocolLimits } from '../shared/protocol.ts'
import { parseListenHost } from './listen-host.ts'
import { parseOrigin } from '../shared/origins.ts'
import { OwnHosts, parseAllowedHost } from '../shared/own-hosts.ts'
import { isRedisUrl } from '../cluster/redis-url.ts'
import { listOf, readBy } from '../shared/setting-problem.ts'
import type { SignallingOptions } from '../sockets/signalling.ts'
import { parseTrustedProxies } from './trusted-proxies.ts'

const wholeNumber = (min: number, max: number) =>
  v.pipe(v.string(), v.regex(/^\d{1,9}$/), v.transform(Number), v.minValue(min), v.maxValue(max))

/** `class-7:token`. A token is part of an address, where any other character would need escaping. */
const accessTokenSchema = v.pipe(
  v.string(),
  v.regex(/^(?:\*|[A-Za-z0-9_-]{1,32}):[A-Za-z0-9._~-]+$/),
  v.transform((text): [string, string] => {
    const end = text.indexOf(':')
    return [text.slice(0, end), text.slice(end + 1)]
  }),
  v.check(([, token]) => token.length <= protocolLimits.tokenChars),
)

const logLevels = ['silent', 'error', 'warn', 'info', 'debug'] as const
export type LogLevel = (typeof logLevels)[number]

/**
 * Seconds. A copied credential is valid for an hour; a renewal costs a tab one small message. Below five minutes, a relay
 * would refuse tabs whose clock or renewal is a little late.
 */
const turnTtl = { min: 300, usual: 3_600, max: 86_400 } as const

/** For each environment variable: how it is parsed, its default, and what its value should be. */
const variables = {
  PORT: {
    schema: wholeNumber(0, 65_535),
    absent: '3000',
    expected: 'a whole number from 0 to 65535 (0: any free port)',
  },
  HOST: {
    schema: readBy(parseListenHost),
    absent: 'localhost',
  },
  ALLOWED_ORIGINS: {
    schema: readBy((text) => listOf(text).map(parseOrigin)),
    absent: '',
  },
  FRAME_ANCESTORS: {
    schema: readBy(parseFrameAncestors),
    absent: "'self'",
  },
  ALLOWED_HOSTS: {
    schema: readBy((text) => listOf(text).map(parseAllowedHost)),
    absent: '',
  },
  BASE_PATH: {
    schema: v.pipe(
      v.string(),
      v.transform((path) => `/${path}/`.replace(/\/+/g, '/')),
      v.check(isBasePath),
    ),
    absent: '/',
    expected: 'the path that your proxy puts before every request, of letters, digits or ._~-, such as /app/',
  },
  MAX_SOCKETS_PER_ADDRESS: {
    schema: wholeNumber(1, signallingLimits.sockets),
    absent: String(signallingLimits.socketsPerAddress),
    expected: `a whole number from 1 to ${signallingLimits.sockets}`,
  },
  TRUST_PROXY: {
    schema: readBy(parseTrustedProxies),
    absent: '',
  },
  ACCESS_TOKENS: {
    schema: v.pipe(
      v.string(),
      // A comma alone comes from two empty variables joined together: nobody means a public server.
      v.check((text) => text === '' || listOf(text).length > 0),
      v.transform(listOf),
      v.array(accessTokenSchema),
      v.check((pairs) => new Map(pairs).size === pairs.length),
      v.transform((pairs) => new Map(pairs)),
    ),
    absent: '',
    expected: `a token of at most ${protocolLimits.tokenChars} letters, digits or ._~- for each network, such as class-7:correct-horse,*:battery-staple (* is every other network)`,
    isSecret: true,
  },
  REDIS_URL: {
    schema: v.pipe(v.string(), v.check(isRedisUrl)),
    absent: undefined,
    expected:
      'the address of a Redis, such as redis://localhost:6379 or rediss://user:password@example.org:6380/1, where 1 is the database (a % in a password is %25)',
    isSecret: true,
  },
  LOG_LEVEL: {
    schema: v.picklist(logLevels),
    absent: undefined,
    expected: `one of ${logLevels.join(', ')}`,
  },
  METRICS_TOKEN: {
    // The characters of a Bearer token (RFC 6750), and too long to be guessed.
    schema: v.pipe(v.string(), v.regex(/^[A-Za-z0-9._~+/-]{16,256}=*$/)),
    absent: undefined,
    expected: '16 or more letters, digits or ._~+/-, such as openssl rand -hex 32 prints',
    isSecret: true,
  },
  ICE_SERVERS: {
    schema: readBy(parseIceServers),
    absent: '',
    isSecret: true,
  },
  TURN_URLS: {
    schema: readBy(parseTurnUrls),
    absent: '',
    // Somebody may write credentials into a url: they must not get into a log.
    isSecret: true,
  },
  TURN_SECRET: {
    schema: v.pipe(v.string(), v.maxLength(1_024)),
    absent: undefined,
    expected: 'the static-auth-secret of the TURN server, of at most 1024 characters',
    isSecret: true,
  },
  TURN_TTL: {
    schema: wholeNumber(turnTtl.min, turnTtl.max),
    absent: String(turnTtl.usual),
    expected: `seconds that a TURN credential lasts, a whole number from ${turnTtl.min} to ${turnTtl.max}`,
  },
} as const satisfies Readonly<Record<string, VariableRule>>

interface VariableRule {
  readonly schema: v.GenericSchema<string, unknown>
  /** The default value; undefined if the setting has none. */
  readonly absent: string | undefined
  /** Undefined if the schema's own message describes the problem. */
  readonly expected?: string
  /** Its value is never shown. */
  readonly isSecret?: boolean
}

type Variable = keyof typeof variables

export const settingNames: readonly string[] = Object.keys(variables)
type Environment = Readonly<Record<string, string | undefined>>

/** Which setting is wrong and what to write, in one line for the person who set it. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
}

const read = <Name extends Variable>(
  environment: Environment,
  name: Name,
): v.InferOutput<(typeof variables)[Name]['schema']> | MissingOf<Name> => {
  const rule: VariableRule = variables[name]
  // An empty variable is how a shell or a container file says "not set".
  const value = environment[name]?.trim() || rule.absent
  if (value === undefined) return undefined as MissingOf<Name>
  const result = v.safeParse(rule.schema, value)
  if (!result.success) {
    const shown = rule.isSecret ? '' : `=${JSON.stringify(value)}`
    const problem = rule.expected === undefined ? result.issues[0].message : `expected ${rule.expected}.`
    throw new SettingsError(`${name}${shown} is not valid: ${problem}`)
  }
  return result.output as v.InferOutput<(typeof variables)[Name]['schema']>
}

type MissingOf<Name extends Variable> = (typeof variables)[Name]['absent'] extends string ? never : undefined

/** TURN_URLS and TURN_SECRET need each other: without the secret nobody could use the relay. */
const readTurn = (environment: Environment): TurnOptions | undefined => {
  const urls = read(environment, 'TURN_URLS')
  const secret = read(environment, 'TURN_SECRET')
  const ttlSeconds = read(environment, 'TURN_TTL')
  if (urls.length === 0 && secret === undefined) return undefined
  if (urls.length === 0) throw new SettingsError('TURN_SECRET is set, but TURN_URLS is not. Set both or neither.')
  if (secret === undefined) throw new SettingsError('TURN_URLS is set, but TURN_SECRET is not. Set both or neither.')
  return { urls, secret, ttlSeconds }
}

/** Throws a `SettingsError` at the first variable that is wrong. */
export const readSettings = (environment: Environment) => ({
  /** 0: any free port. */
  port: read(environment, 'PORT'),
  host: read(environment, 'HOST'),
  allowedOrigins: read(environment, 'ALLOWED_ORIGINS'),
  /** Pages that may show a tab in a frame. */
  frameAncestors: read(environment, 'FRAME_ANCESTORS'),
  /** Names by which browsers reach the server, in addition to those of the machine and of `allowedOrigins`. */
  allowedHosts: read(environment, 'ALLOWED_HOSTS'),
  /** Requests below this path are served like those at `/`. With a slash at both ends. */
  basePath: read(environment, 'BASE_PATH'),
  maxSocketsPerAddress: read(environment, 'MAX_SOCKETS_PER_ADDRESS'),
  trustedProxies: read(environment, 'TRUST_PROXY'),
  accessTokens: read(environment, 'ACCESS_TOKENS'),
  /** Undefined: this process is the only one. */
  redisUrl: read(environment, 'REDIS_URL'),
  /** Undefined: `info`, or `warn` on a terminal. */
  logLevel: read(environment, 'LOG_LEVEL'),
  /** Clients that send it may read `/metrics`; undefined: nobody may. */
  metricsToken: read(environment, 'METRICS_TOKEN'),
  iceServers: read(environment, 'ICE_SERVERS'),
  turn: readTurn(environment),
})

export type Settings = Readonly<ReturnType<typeof readSettings>>

/** Rates per address and per network grow with the sockets that one address may have. */
const limitsFor = (socketsPerAddress: number): Partial<SignallingLimits> => {
  const { registrationsPerAddress, registrationsPerNetwork, offersPerAddress, offersPerNetwork } = signallingLimits
  const share = Math.max(1, socketsPerAddress / signallingLimits.socketsPerAddress)
  return {
    socketsPerAddress,
    registrationsPerAddress: share * registrationsPerAddress,
    registrationsPerNetwork: share * registrationsPerNetwork,
    offersPerAddress: share * offersPerAddress,
    offersPerNetwork: share * offersPerNetwork,
  }
}

/** The options of `attachSignalling`. */
export const signallingOptionsOf = (settings: Settings) =>
  ({
    allowedOrigins: settings.allowedOrigins,
    ownHosts: new OwnHosts(settings),
    trustedProxies: settings.trustedProxies,
    accessTokens: settings.accessTokens,
    redisUrl: settings.redisUrl,
    iceServers: settings.iceServers,
    turn: settings.turn,
    limits: limitsFor(settings.maxSocketsPerAddress),
  }) satisfies SignallingOptions
