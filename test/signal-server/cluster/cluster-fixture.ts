import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll } from 'vitest'
import { createKey, type Key } from '../../machine/ed25519-key.ts'
import { openTab, type Tab } from '../tab.ts'
import { RedisServer } from './redis-server.ts'
import { ServerProcess } from '../../support/server-process.ts'

export interface ClusterFixture {
  readonly redis: RedisServer
  readonly servers: readonly ServerProcess[]
  server(index: number): ServerProcess
}

/** A real Redis and server processes that use it, for all tests of a file. */
export const useCluster = (size: number, environment: Readonly<Record<string, string>> = {}): ClusterFixture => {
  const running: { redis?: RedisServer; servers: ServerProcess[] } = { servers: [] }
  beforeAll(async () => {
    const redis = await RedisServer.start()
    running.redis = redis
    running.servers = await Promise.all(
      Array.from({ length: size }, () => ServerProcess.start({ REDIS_URL: redis.url, ...environment })),
    )
    await Promise.all(running.servers.map(({ port }) => untilUp(port)))
  })
  afterAll(async () => {
    await Promise.all(running.servers.map((server) => server.kill()))
    await running.redis?.kill()
  })
  return {
    get redis() {
      return running.redis ?? fail('Redis is not started yet')
    },
    get servers() {
      return running.servers
    },
    server: (index) => running.servers[index] ?? fail(`There is no process ${index}`),
  }
}

const fail = (words: string): never => {
  throw new Error(words)
}

const stateOf = async (port: number): Promise<string> => {
  const response = await fetch(`http://127.0.0.1:${port}/readyz`)
  return ((await response.json()) as { status: string }).status
}

const until = async (port: number, status: string): Promise<void> => {
  while ((await stateOf(port)) !== status) await new Promise((resolve) => setTimeout(resolve, 20))
}

/** Resolves when the process is connected to its cluster. */
export const untilUp = (port: number): Promise<void> => until(port, 'ok')

/** Resolves when the process has noticed that it is alone. */
export const untilAlone = (port: number): Promise<void> => until(port, 'degraded')

/** The name of a network that no other test uses. */
export const createNet = (): string => `net-${randomBytes(6).toString('hex')}`

export interface Member {
  readonly net: string
  readonly name: string
  readonly upstreams?: string[]
  readonly key?: Key
}

/** A registered node on one of the processes. */
export const openMember = async (
  { port }: { readonly port: number },
  { net, name, upstreams = [], key = createKey() }: Member,
): Promise<Tab> => {
  const tab = await openTab(port, key)
  const answer = await tab.register(name, { net, upstreams })
  if (!answer.ok) throw new Error(`${name} is refused: ${answer.reason}`)
  return tab
}
