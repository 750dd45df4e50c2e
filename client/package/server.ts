/** `grapevine/server`: the signalling, attached to any server of node:http. */
export {
  type Signalling,
  type SignallingOptions,
  type UpgradingServer,
  attachSignalling,
} from '../../signal-server/sockets/signalling.ts'
export { OwnHosts, type OwnHostsOptions } from '../../signal-server/shared/own-hosts.ts'
export { type SignallingLimits, signallingLimits } from '../../signal-server/shared/limits.ts'
export type { SignallingObserver } from '../../signal-server/shared/observer.ts'
export type { TurnOptions } from '../../signal-server/introductions/ice-servers.ts'
