import type { ClientEvents, RegisterRefusal, RenewRefusal, SignalRefusal, SocketRefusal } from './protocol.ts'

/** Why the server ended a connection by itself. */
export const connectionEnds = [
  /** A packet that no tab sends, or a frame that can't be parsed. */
  'unknown-packet',
  /** More frames or characters than one socket may send. */
  'flood',
  /** What waits for the tab is more than one socket may have unsent. */
  'unread',
  /** Too many refusals that an honest node does not provoke. */
  'faults',
  /** No name was registered in time. */
  'unregistered',
  /** A second Socket.IO socket on one connection. */
  'second-socket',
  /** An event that is not of the protocol, or without an acknowledgement. */
  'unknown-event',
] as const
export type ConnectionEnd = (typeof connectionEnds)[number]

/**
 * What the signalling did, for logs and metrics. It is told reasons and counts, never a description, a candidate, a
 * signature or an address.
 */
export interface SignallingObserver {
  /** A websocket was not let in. */
  socketRefused(reason: SocketRefusal): void
  socketOpened(): void
  /** `end`: why, if it was the server that ended it. */
  socketClosed(end: ConnectionEnd | undefined): void
  /** A request was answered; `refusal` is absent if it was granted. */
  answered(event: keyof ClientEvents, refusal: RegisterRefusal | SignalRefusal | RenewRefusal | undefined): void
  /** The other processes of the cluster can be reached from now on, or no longer. */
  clusterChanged(state: 'up' | 'down'): void
}

/** Tells each of them. */
export const observeAll = (observers: readonly SignallingObserver[]): SignallingObserver => ({
  socketRefused: (reason) => observers.forEach((observer) => observer.socketRefused(reason)),
  socketOpened: () => observers.forEach((observer) => observer.socketOpened()),
  socketClosed: (end) => observers.forEach((observer) => observer.socketClosed(end)),
  answered: (event, refusal) => observers.forEach((observer) => observer.answered(event, refusal)),
  clusterChanged: (state) => observers.forEach((observer) => observer.clusterChanged(state)),
})

export const silentObserver: SignallingObserver = {
  socketRefused: () => undefined,
  socketOpened: () => undefined,
  socketClosed: () => undefined,
  answered: () => undefined,
  clusterChanged: () => undefined,
}
