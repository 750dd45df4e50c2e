import { randomBytes, sign } from 'node:crypto'
import { once } from 'node:events'
import { io } from 'socket.io-client'
import { WebSocket } from 'ws'
import { networkLimits } from '../../../client/links/shared/limits.ts'
import { SocketSignalling } from '../../../client/links/signalling/socket-signalling.ts'
import type { PeerId } from '../../../client/gossip/wire/peer-id.ts'
import type { SignalData } from '../../../signal-server/shared/protocol.ts'
import { createKey } from '../../machine/ed25519-key.ts'
import { candidates, recordSignals, sdp } from './recorded-signals.ts'
import type { ServerKind } from './servers.ts'
import type { SignallingState } from '../../../client/node/shared/node-ports.ts'

/** A tab for one kind of server. It sends one side of an introduction as the client of that server does. */
export interface BenchTab {
  /** Sends all messages of one side. If the server acknowledges messages, resolves once it has acknowledged them. */
  sendSide(to: string, attempt: string, type: 'offer' | 'answer'): Promise<unknown>
  /** The number of messages of one side. */
  readonly messagesPerSide: number
  /** Called for each message that arrives. */
  onMessage: (attempt: string, from: string) => void
  close(): void
}

const recorded = await recordSignals()

/** A tab of Grapevine: the client's own code. */
export class GrapevineTab implements BenchTab {
  readonly messagesPerSide = recorded.length
  readonly #peerId: PeerId
  readonly #signalling: SocketSignalling
  onMessage: BenchTab['onMessage'] = () => undefined
  onState: (state: SignallingState) => void = () => undefined

  constructor(port: number, name: string, upstreams: readonly string[]) {
    const { peerId, privateKey } = createKey()
    this.#peerId = peerId as PeerId
    this.#signalling = new SocketSignalling({
      folder: `http://127.0.0.1:${port}/`,
      pageOrigin: undefined,
      net: 'main',
      name,
      peerId: this.#peerId,
      upstreams,
      build: undefined,
      token: undefined,
      sign: async (message) => new Uint8Array(sign(null, message, privateKey)),
      timers: {
        now: () => performance.now(),
        after: (delayMs, action) => {
          const timer = setTimeout(action, delayMs)
          return () => clearTimeout(timer)
        },
      },
      limits: networkLimits,
      random: Math.random,
    })
  }

  /** Connects and registers, and does so again after each lost connection. */
  start(): void {
    this.#signalling.start({
      state: (state) => this.onState(state),
      contact: () => undefined,
      iceServers: () => undefined,
      signal: ({ attempt, from }) => this.onMessage(attempt, from),
      divided: () => undefined,
      upstreamOnline: () => undefined,
      upstreamSimilar: () => undefined,
      dropped: (reason) => {
        throw new Error(`the server sent what is of no protocol: ${reason}`)
      },
    })
  }

  async sendSide(to: string, attempt: string, type: 'offer' | 'answer'): Promise<void> {
    for (const [seq, { description, candidates }] of recorded.entries()) {
      const own =
        description && 'sdp' in description
          ? { description: { ...description, type, peerId: this.#peerId, signature: 'A'.repeat(86) } }
          : {}
      const data: SignalData = { ...own, candidates }
      const answer = await this.#signalling.send(to, attempt, seq, data)
      if (!answer.ok) throw new Error(`a signal to ${to} is refused: ${answer.reason}`)
    }
  }

  close(): void {
    this.#signalling.stop()
  }
}

/** Sends the same messages over Socket.IO to a server that checks nothing. */
const openSocketIoTab = async (port: number, name: string): Promise<BenchTab> => {
  const socket = io(`http://127.0.0.1:${port}`, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    query: { name },
  })
  const tab: BenchTab = {
    messagesPerSide: recorded.length,
    sendSide: async (to, attempt, type) => {
      for (const [seq, data] of recorded.entries()) {
        await socket.emitWithAck('signal', { to, attempt, seq, data: { ...data, type } })
      }
    },
    onMessage: () => undefined,
    close: () => socket.disconnect(),
  }
  socket.on('signal', ({ attempt, from }) => tab.onMessage(attempt, from))
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('connect_error', reject)
  })
  return tab
}

/** Sends the same messages as bare JSON; the server acknowledges none. */
const openWsTab = async (port: number, name: string): Promise<BenchTab> => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/?name=${name}`)
  const tab: BenchTab = {
    messagesPerSide: recorded.length,
    sendSide: async (to, attempt, type) => {
      for (const [seq, data] of recorded.entries()) {
        socket.send(JSON.stringify({ to, attempt, seq, data: { ...data, type } }))
      }
    },
    onMessage: () => undefined,
    close: () => socket.terminate(),
  }
  socket.on('message', (data: Buffer) => {
    const { attempt, from } = JSON.parse(data.toString())
    tab.onMessage(attempt, from)
  })
  await once(socket, 'open')
  return tab
}

/** Sends messages as peerjs 1.5 does: the description, then each candidate in a message of its own when it is found. */
const openPeerJsTab = async (port: number, name: string): Promise<BenchTab> => {
  const token = randomBytes(8).toString('hex')
  const socket = new WebSocket(`ws://127.0.0.1:${port}/peerjs?key=peerjs&id=${name}&token=${token}&version=1.5.5`)
  const opened = once(socket, 'message')
  const tab: BenchTab = {
    messagesPerSide: 1 + candidates.length,
    sendSide: async (dst, connectionId, side) => {
      const described = { sdp: { type: side, sdp }, type: 'data', connectionId }
      const payload =
        side === 'offer' ? { ...described, label: connectionId, reliable: false, serialization: 'binary' } : described
      socket.send(JSON.stringify({ type: side.toUpperCase(), payload, dst }))
      for (const candidate of candidates) {
        const payload = { candidate: { ...candidate, usernameFragment: 'Xk3f' }, type: 'data', connectionId }
        socket.send(JSON.stringify({ type: 'CANDIDATE', payload, dst }))
      }
    },
    onMessage: () => undefined,
    close: () => socket.terminate(),
  }
  await opened
  socket.on('message', (data: Buffer) => {
    const { src, payload } = JSON.parse(data.toString())
    if (payload) tab.onMessage(payload.connectionId, src)
  })
  return tab
}

const openGrapevineTab = async (port: number, name: string, upstreams: readonly string[]): Promise<BenchTab> => {
  const tab = new GrapevineTab(port, name, upstreams)
  await new Promise<void>((resolve, reject) => {
    tab.onState = (state) => {
      if (state.status === 'registered') resolve()
      else reject(new Error(`${name} is ${state.status}`))
    }
    tab.start()
  })
  return tab
}

/**
 * A connected tab, registered if the server knows registration. `upstreams`: the nodes to which it may introduce
 * itself.
 */
export const openBenchTab = (
  kind: ServerKind,
  port: number,
  name: string,
  upstreams: readonly string[],
): Promise<BenchTab> => {
  switch (kind) {
    case 'grapevine':
      return openGrapevineTab(port, name, upstreams)
    case 'socket.io':
    case 'socket.io-released':
      return openSocketIoTab(port, name)
    case 'ws':
      return openWsTab(port, name)
    case 'peerjs':
      return openPeerJsTab(port, name)
  }
}
