import { createAdapter } from '@socket.io/redis-adapter'
import type { Server as SocketServer } from 'socket.io'
import type { Introductions } from '../introductions/introductions.ts'
import type { SignallingLimits } from '../shared/limits.ts'
import type { ClientEvents, ServerEvents } from '../shared/protocol.ts'
import { RedisCluster } from '../cluster/redis-cluster.ts'
import type { RedisConnection } from '../cluster/redis-connection.ts'

/** What the processes of a cluster send each other through Socket.IO's adapter. */
export interface ProcessEvents {
  cluster: (message: unknown) => void
}

/**
 * Joins through Socket.IO's Redis adapter over plain PUBLISH. With Redis killed, a tab of the same process received a
 * broadcast after 1 ms; with the sharded adapter and the streams adapter, which wait for Redis first, after 5 s, and the
 * streams adapter kept the process busy with failing reads. A rejected promise in any of them would end the process: so the
 * adapter gets clients whose promises do not reject.
 */
export const joinCluster = (
  io: SocketServer<ClientEvents, ServerEvents, ProcessEvents>,
  connection: RedisConnection,
  introductions: Introductions,
  { nameHoldMs }: SignallingLimits,
): RedisCluster => {
  const { publisher, subscriber } = connection.forAdapter()
  // PUBLISH reaches all databases of a Redis.
  const key = connection.database === 0 ? 'grapevine' : `grapevine-${connection.database}`
  io.adapter(createAdapter(publisher, subscriber, { key }))
  const cluster = new RedisCluster({
    connection,
    nameHoldMs,
    broadcast: {
      send: (message) => io.serverSideEmit('cluster', message),
      listen: (listener) => void io.on('cluster', listener),
    },
    events: introductions,
  })
  introductions.join(cluster)
  return cluster
}
