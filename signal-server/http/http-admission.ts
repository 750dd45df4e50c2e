import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { AddressTally, addressGroup } from '../sockets/admission.ts'
import type { HttpLimits } from './http-limits.ts'

/** Why a connection or a request is refused, or the connection of an answer is cut. */
export const httpRefusals = [
  'too-many-connections-of-this-address',
  'too-many-answers',
  'unread-answer',
  'too-far-ahead',
] as const
export type HttpRefusal = (typeof httpRefusals)[number]

type AdmissionLimits = Pick<HttpLimits, 'answersPerAddress' | 'answers'> & {
  /** Websockets included. */
  readonly connectionsPerAddress: number
}

/** Limits the connections and the unsent answers of one client, and the unsent answers of all clients. */
export class HttpAdmission {
  readonly #limits: AdmissionLimits
  readonly #isProxy: (address: string) => boolean
  readonly #addressOf: (request: IncomingMessage) => string
  readonly #connections = new AddressTally()
  readonly #answers = new AddressTally()
  #answersInAll = 0

  /** `isProxy`: connections from that address are everybody's. `addressOf`: the group of addresses that sent a request. */
  constructor(
    limits: AdmissionLimits,
    isProxy: (address: string) => boolean,
    addressOf: (request: IncomingMessage) => string,
  ) {
    this.#limits = limits
    this.#isProxy = isProxy
    this.#addressOf = addressOf
  }

  /** Admits a connection, future websockets included, or gives why not. */
  connected(stream: Socket): HttpRefusal | undefined {
    const address = stream.remoteAddress ?? ''
    if (this.#isProxy(address)) return undefined
    const group = addressGroup(address)
    if (this.#connections.of(group) >= this.#limits.connectionsPerAddress) return 'too-many-connections-of-this-address'
    this.#connections.add(group, 1)
    stream.on('close', () => this.#connections.add(group, -1))
    return undefined
  }

  /** Counts the answer to a request until it is sent, or gives why the request is refused. */
  opened(request: IncomingMessage, response: ServerResponse): HttpRefusal | undefined {
    const group = this.#addressOf(request)
    const isFull =
      this.#answersInAll >= this.#limits.answers || this.#answers.of(group) >= this.#limits.answersPerAddress
    if (isFull) return 'too-many-answers'
    this.#answers.add(group, 1)
    this.#answersInAll += 1
    response.once('close', () => {
      this.#answers.add(group, -1)
      this.#answersInAll -= 1
    })
    return undefined
  }
}
