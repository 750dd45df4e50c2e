import { isIP } from 'node:net'
import * as v from 'valibot'
import { signallingLimits } from './limits.ts'

const wholeNumber = (min: number, max: number) =>
  v.pipe(v.string(), v.regex(/^\d{1,9}$/), v.transform(Number), v.minValue(min), v.maxValue(max))

const isHost = (host: string): boolean =>
  isIP(host) !== 0 || /^(?!\d+(?:\.\d+)*$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i.test(host)

const originSchema = v.pipe(
  v.string(),
  v.trim(),
  v.check((text) => {
    if (!URL.canParse(text)) return false
    const { origin, href, protocol } = new URL(text)
    return (protocol === 'http:' || protocol === 'https:') && href === `${origin}/`
  }),
  v.transform((text) => new URL(text).origin),
)

/** One environment variable each: how it is read, what it is when absent, and what to say when it is wrong. */
const variables = {
  PORT: {
    schema: wholeNumber(0, 65_535),
    absent: '3000',
    expected: 'a whole number from 0 to 65535 (0: any free port)',
  },
  HOST: {
    schema: v.pipe(v.string(), v.check(isHost)),
    absent: 'localhost',
    expected: 'a host name or an IP address, such as localhost or 0.0.0.0',
  },
  ALLOWED_ORIGINS: {
    schema: v.pipe(
      v.string(),
      v.transform((text) => text.split(',').filter((part) => part.trim() !== '')),
      v.array(originSchema),
    ),
    absent: '',
    expected: 'origins separated by commas, such as https://example.org,http://localhost:8080',
  },
  MAX_SOCKETS_PER_ADDRESS: {
    schema: wholeNumber(1, signallingLimits.sockets),
    absent: String(signallingLimits.socketsPerAddress),
    expected: `a whole number from 1 to ${signallingLimits.sockets}`,
  },
} as const

type Variable = keyof typeof variables
type Environment = Readonly<Record<string, string | undefined>>

export interface Settings {
  /** 0: any free one. */
  readonly port: number
  readonly host: string
  readonly allowedOrigins: readonly string[]
  readonly maxSocketsPerAddress: number
}

/** A setting that is wrong, in one line for the person who set it. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
}

const read = <Name extends Variable>(
  environment: Environment,
  name: Name,
): v.InferOutput<(typeof variables)[Name]['schema']> => {
  const { schema, absent, expected } = variables[name]
  // An empty variable is how a shell or a container file says "not set".
  const value = environment[name]?.trim() || absent
  const result = v.safeParse(schema, value)
  if (!result.success) throw new SettingsError(`${name}=${JSON.stringify(value)} is not valid: expected ${expected}.`)
  return result.output
}

/** Throws a `SettingsError` at the first variable that is wrong. */
export const readSettings = (environment: Environment): Settings => ({
  port: read(environment, 'PORT'),
  host: read(environment, 'HOST'),
  allowedOrigins: read(environment, 'ALLOWED_ORIGINS'),
  maxSocketsPerAddress: read(environment, 'MAX_SOCKETS_PER_ADDRESS'),
})
