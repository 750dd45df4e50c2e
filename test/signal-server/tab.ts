import { randomBytes, sign } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { io, type Socket } from 'socket.io-client'
import { onTestFinished } from 'vitest'
import {
  type Answer,
  type ClientEvents,
  type Division,
  type ReceivedSignal,
  type RegisterRefusal,
  registrationProof,
  type ServerEvents,
  type SignalData,
  type SignalRefusal,
  type UpstreamOnline,
} from '../../signal-server/shared/protocol.ts'
import { createKey, type Key } from '../machine/ed25519-key.ts'
import { attachSignalling, type Signalling, type SignallingOptions } from '../../signal-server/sockets/signalling.ts'

/** A signalling server on a free port, stopped at the end of the test. */
export const startSignalling = async (
  options?: SignallingOptions,
): Promise<{ port: number; server: Server; signalling: Signalling }> => {
  const server = createServer((_, response) => response.writeHead(404).end())
  const signalling = attachSignalling(server, options)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    await signalling.close()
    server.close()
    server.closeAllConnections()
  })
  return { port: (server.address() as AddressInfo).port, server, signalling }
}

export const signatureOf = (key: Key, socketId: string, net: string, name: string): string =>
  sign(null, registrationProof(socketId, net, name), key.privateKey).toString('base64url')

export const createAttemptId = (): string => randomBytes(16).toString('base64url')

/** A queue of events in the order of their arrival, until a test reads them. */
class Inbox<Message> {
  readonly #messages: Message[] = []
  readonly #waiting: ((message: Message) => void)[] = []

  put(message: Message): void {
    const next = this.#waiting.shift()
    if (next) next(message)
    else this.#messages.push(message)
  }

  next(): Promise<Message> {
    const message = this.#messages.shift()
    return message ? Promise.resolve(message) : new Promise((resolve) => this.#waiting.push(resolve))
  }

  get size(): number {
    return this.#messages.length
  }
}

/** A port of this machine, or the origin of a server with a self-signed certificate. */
type ServerAddress = number | string

/** A tab as the signalling server sees it. */
export class Tab {
  readonly key: Key
  readonly socket: Socket<ServerEvents, ClientEvents>
  readonly signals = new Inbox<ReceivedSignal>()
  readonly upstreams = new Inbox<UpstreamOnline>()
  readonly divisions = new Inbox<Division>()
  readonly replaced: Promise<void>
  /** Resolves with Socket.IO's reason. */
  readonly disconnected: Promise<string>

  constructor(address: ServerAddress, key: Key, headers: Record<string, string>, path: string) {
    this.key = key
    this.socket = io(typeof address === 'number' ? `http://127.0.0.1:${address}` : address, {
      path,
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      extraHeaders: headers,
      rejectUnauthorized: false,
    })
    this.socket.on('signal:receive', (signal) => this.signals.put(signal))
    this.socket.on('upstream:online', (upstream) => this.upstreams.put(upstream))
    this.socket.on('server:divided', (division) => this.divisions.put(division))
    this.replaced = new Promise((resolve) => this.socket.once('node:replaced', resolve))
    this.disconnected = new Promise((resolve) => this.socket.once('disconnect', resolve))
  }

  get id(): string {
    return this.socket.id ?? ''
  }

  register(
    name: string,
    options: { net?: string; upstreams?: string[]; signature?: string } = {},
  ): Promise<Answer<RegisterRefusal>> {
    const { net = 'main', upstreams = [], signature = signatureOf(this.key, this.id, net, name) } = options
    return this.socket.emitWithAck('node:register', { net, name, peerId: this.key.peerId, upstreams, signature })
  }

  /** Sends a payload that may be invalid. */
  request(event: keyof ClientEvents, payload: unknown): Promise<Answer<RegisterRefusal | SignalRefusal>> {
    return this.socket.emitWithAck(event, payload as never)
  }

  send(to: string, attempt: string, data: SignalData, seq = 0): Promise<Answer<SignalRefusal>> {
    return this.socket.emitWithAck('signal:send', { to, attempt, seq, data })
  }

  offer(to: string, attempt = createAttemptId()): Promise<Answer<SignalRefusal>> {
    return this.send(to, attempt, this.description('offer'))
  }

  description(type: 'offer' | 'answer', sdp = 'v=0\r\n'): SignalData {
    return { description: { type, sdp, peerId: this.key.peerId, signature: 'A'.repeat(86) }, candidates: [] }
  }

  close(): void {
    this.socket.disconnect()
  }
}

/** Opens a connected tab. Rejects if the server refuses it. */
export const openTab = async (
  address: ServerAddress,
  key = createKey(),
  headers: Record<string, string> = {},
  path = '/socket.io/',
): Promise<Tab> => {
  const tab = new Tab(address, key, headers, path)
  onTestFinished(() => tab.close())
  await new Promise<void>((resolve, reject) => {
    tab.socket.once('connect', resolve)
    tab.socket.once('connect_error', reject)
  })
  return tab
}

export const openNode = async (
  address: ServerAddress,
  name: string,
  upstreams: string[] = [],
  key?: Key,
  headers?: Record<string, string>,
  path?: string,
): Promise<Tab> => {
  const tab = await openTab(address, key, headers, path)
  const answer = await tab.register(name, { upstreams })
  if (!answer.ok) throw new Error(`${name} is refused: ${answer.reason}`)
  return tab
}

/** Sends offer, answer and candidates in both directions. Throws unless all of them arrive. */
export const introduce = async (initiator: Tab, responder: Tab, from: string, to: string): Promise<void> => {
  const attempt = createAttemptId()
  const candidates: SignalData = { candidates: [{ candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0 }] }
  const steps: [Tab, Tab, string, SignalData][] = [
    [initiator, responder, to, initiator.description('offer')],
    [responder, initiator, from, responder.description('answer')],
    [initiator, responder, to, candidates],
    [responder, initiator, from, candidates],
  ]
  for (const [sender, receiver, name, data] of steps) {
    const answer = await sender.send(name, attempt, data)
    if (!answer.ok) throw new Error(`A signal to ${name} is refused: ${answer.reason}`)
    const signal = await receiver.signals.next()
    if (signal.attempt !== attempt) throw new Error(`A signal of another attempt came: ${JSON.stringify(signal)}`)
  }
}

/** A signalling server with two nodes: alice, and bob, whose upstream is alice. */
export const startPair = async (options?: SignallingOptions) => {
  const started = await startSignalling(options)
  const alice = await openNode(started.port, 'alice')
  const bob = await openNode(started.port, 'bob', ['alice'])
  return { ...started, alice, bob, introduce: () => introduce(bob, alice, 'bob', 'alice') }
}

export const refused = (reason: string) => ({ ok: false, reason })
