import type { ClientEvents, RegisterRefusal, RenewRefusal, SignalRefusal } from './protocol.ts'
import type { SocketRefusal } from './socket-health.ts'

/** Why the server ended a connection by itself. */
export const connectionEnds = [
  /** A packet that no tab sends, or a frame that can't be parsed. */
  'unknown-packet',
  /** More frames or bytes than one socket may send, also after it was held back. */
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

/** A name of a network was registered, is not registered any longer, or was refused to a tab that asked for it. */
export type NameEvent = { readonly net: string; readonly name: string } & (
  | { readonly kind: 'registered' | 'left' }
  | { readonly kind: 'refused'; readonly reason: RegisterRefusal }
)

/**
 * What the signalling did, for logs and metrics. It is told names, reasons and counts, never a description, a candidate,
 * a signature or an address.
 */
export interface SignallingObserver {
  /** A websocket was not let in. */
  socketRefused(reason: SocketRefusal): void
  socketOpened(): void
  /** A websocket sends more than it may, and is not read for a while. */
  socketHeldBack(): void
  /** `end`: why, if it was the server that ended it. */
  socketClosed(end: ConnectionEnd | undefined): void
  /** A request was answered; `refusal` is absent if it was granted. */
  answered(event: keyof ClientEvents, refusal: RegisterRefusal | SignalRefusal | RenewRefusal | undefined): void
  /** On this process. A stranger chooses the names, within what the protocol takes for a name. */
  nameChanged(event: NameEvent): void
  /** An offer of a tab of this process has been answered, `ms` after it came. */
  introduced(ms: number): void
  /** The other processes of the cluster can be reached from now on, or not. `why`: what Redis or the system says of it. */
  clusterChanged(state: 'up' | 'down', why?: string): void
}

/** Tells each of them. */
export const observeAll = (observers: readonly SignallingObserver[]): SignallingObserver => ({
  socketRefused: (reason) => observers.forEach((observer) => observer.socketRefused(reason)),
  socketOpened: () => observers.forEach((observer) => observer.socketOpened()),
  socketHeldBack: () => observers.forEach((observer) => observer.socketHeldBack()),
  socketClosed: (end) => observers.forEach((observer) => observer.socketClosed(end)),
  answered: (event, refusal) => observers.forEach((observer) => observer.answered(event, refusal)),
  nameChanged: (event) => observers.forEach((observer) => observer.nameChanged(event)),
  introduced: (ms) => observers.forEach((observer) => observer.introduced(ms)),
  clusterChanged: (state, why) => observers.forEach((observer) => observer.clusterChanged(state, why)),
})

export const silentObserver: SignallingObserver = {
  socketRefused: () => undefined,
  socketOpened: () => undefined,
  socketHeldBack: () => undefined,
  socketClosed: () => undefined,
  answered: () => undefined,
  nameChanged: () => undefined,
  introduced: () => undefined,
  clusterChanged: () => undefined,
}
