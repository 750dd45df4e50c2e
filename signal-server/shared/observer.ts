import type { ClientEvents, RegisterRefusal, RenewRefusal, SignalRefusal } from './protocol.ts'
import type { SocketRefusal } from './socket-health.ts'

/** Why the server ended a connection by itself. */
export const connectionEnds = [
  /** A packet that no tab sends, or an invalid frame. */
  'unknown-packet',
  /** More frames or bytes than one socket may send, even after it was held back. */
  'flood',
  /** More unsent data than one socket may have. */
  'unread',
  /** Too many refusals that an honest node does not get. */
  'faults',
  /** No name was registered in time. */
  'unregistered',
  /** A second Socket.IO socket on one connection. */
  'second-socket',
  /** An event that is not of the protocol, or without an acknowledgement. */
  'unknown-event',
] as const
export type ConnectionEnd = (typeof connectionEnds)[number]

/** A name was registered, is no longer registered, or was refused to a tab. */
export type NameEvent = { readonly net: string; readonly name: string } & (
  | { readonly kind: 'registered' | 'left' }
  | { readonly kind: 'refused'; readonly reason: RegisterRefusal }
)

/**
 * What the signalling did, for logs and metrics. An observer gets names, reasons and counts, never a description, a
 * candidate, a signature or an address.
 */
export interface SignallingObserver {
  /** A websocket was not admitted. */
  socketRefused(reason: SocketRefusal): void
  socketOpened(): void
  /** A websocket exceeds its rate, and is not read for a while. */
  socketHeldBack(): void
  /** `end`: why the server ended it; undefined if the tab did. */
  socketClosed(end: ConnectionEnd | undefined): void
  /** A request was answered; `refusal` is undefined if it was granted. */
  answered(event: keyof ClientEvents, refusal: RegisterRefusal | SignalRefusal | RenewRefusal | undefined): void
  /** On this process. Strangers choose the names, within the protocol's pattern. */
  nameChanged(event: NameEvent): void
  /** An offer of a tab of this process was answered, `ms` after it arrived. */
  introduced(ms: number): void
  /** The other processes of the cluster are in reach from now on, or out of reach. `why`: the error of Redis or the system. */
  clusterChanged(state: 'up' | 'down', why?: string): void
}

/** Notifies each of the observers, which may have any part of the methods. */
export const observeAll = (observers: readonly Partial<SignallingObserver>[]): SignallingObserver => ({
  socketRefused: (reason) => observers.forEach((observer) => observer.socketRefused?.(reason)),
  socketOpened: () => observers.forEach((observer) => observer.socketOpened?.()),
  socketHeldBack: () => observers.forEach((observer) => observer.socketHeldBack?.()),
  socketClosed: (end) => observers.forEach((observer) => observer.socketClosed?.(end)),
  answered: (event, refusal) => observers.forEach((observer) => observer.answered?.(event, refusal)),
  nameChanged: (event) => observers.forEach((observer) => observer.nameChanged?.(event)),
  introduced: (ms) => observers.forEach((observer) => observer.introduced?.(ms)),
  clusterChanged: (state, why) => observers.forEach((observer) => observer.clusterChanged?.(state, why)),
})

export const silentObserver = observeAll([])
