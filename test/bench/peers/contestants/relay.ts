import type { OpenNode } from '../tab/contestant.ts'

/** An open channel to one neighbour. */
export interface Channel {
  send(bytes: Uint8Array<ArrayBuffer>): void
}

/**
 * Sends what is published here to all neighbours, and what one neighbour sends to all others. That is a whole network where
 * tabs stand in a line: it knows no message again.
 */
export class Relay implements OpenNode {
  readonly #channels = new Set<Channel>()
  #listener: (bytes: Uint8Array) => void = () => undefined

  add(channel: Channel): void {
    this.#channels.add(channel)
  }

  delete(channel: Channel): void {
    this.#channels.delete(channel)
  }

  receive(bytes: Uint8Array<ArrayBuffer>, from: Channel): void {
    for (const channel of this.#channels) if (channel !== from) channel.send(bytes)
    this.#listener(bytes)
  }

  publish(bytes: Uint8Array<ArrayBuffer>): void {
    for (const channel of this.#channels) channel.send(bytes)
  }

  onMessage(listener: (bytes: Uint8Array) => void): void {
    this.#listener = listener
  }
}
