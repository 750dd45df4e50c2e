import type { DeliveryRecord } from './delivery-record.ts'
import type { HistoryEvent } from './set-full.ts'
import type { SimulationOptions } from './simulation-options.ts'
import type { Traffic } from './traffic.ts'
import type { Packet } from './simulated-node.ts'
import type { VirtualNetwork } from './virtual-network.ts'
import { commandOf } from './flags.ts'
import type { Quantiles } from './quantiles.ts'
import { checkSetFull } from './set-full.ts'
import { isUpkeep } from './simulated-node.ts'
import { signatureKindOf } from './simulation-options.ts'

/** What `--json` prints. Durations are virtual milliseconds; null where something did not come to pass. */
export interface SimulationResult {
  /** Nothing lost, nothing twice, nothing out of order, and all equal in the end. */
  readonly isValid: boolean
  readonly nodes: number
  readonly topology: string
  readonly links: number
  readonly seed: number
  readonly signatures: string
  /** Broadcasts and reads, the final read at every node included. */
  readonly ops: number
  readonly broadcasts: number
  /** Messages that Maelstrom's checker finds lost, or that some node lacks in the end while another one holds them. */
  readonly lost: number
  readonly lostByMaelstrom: number
  readonly missingSomewhere: number
  /** Held by nobody: all that ever had them stopped and lost their storage. Promised to nobody, so not `lost`. */
  readonly perished: number
  readonly neverRead: number
  readonly stale: number
  /** As Maelstrom's checker concludes from reads. */
  readonly stableLatencies: Quantiles
  /** From publication to the delivery at the last node; to each delivery. */
  readonly lastDeliveryLatencies: Quantiles
  readonly deliveryLatencies: Quantiles
  readonly deliveredTwice: number
  readonly outOfOrder: number
  /** All envelopes between nodes, by all operations, as Maelstrom counts. */
  readonly msgsPerOp: number
  /** The same as if exactly half of the operations were broadcasts. */
  readonly msgsPerOpNormalised: number
  /** Of these, without what a silent network sends as well. */
  readonly msgsPerOpWithoutUpkeep: number
  readonly envelopesPerBroadcast: number
  readonly bytesPerBroadcast: number
  readonly deliveries: number
  readonly duplicates: number
  readonly duplicatesPercent: number
  readonly envelopes: number
  readonly bytes: number
  readonly envelopesByType: Readonly<Record<string, number>>
  readonly bytesByType: Readonly<Record<string, number>>
  readonly drops: Readonly<Record<string, number>>
  /** Envelopes that were sent and did not arrive. */
  readonly vanished: number
  readonly linkDeaths: number
  readonly restarts: number
  /** From the last heal until all links were up. */
  readonly linksBackAfterHealMs: number | null
  /** From the later of the last heal and the last link's return until what had been published by the heal was everywhere. */
  readonly caughtUpAfterHealMs: number | null
  /** The same until all nodes held the same and all digests were equal; with operations after the heal, from their end. */
  readonly convergedAfterHealMs: number | null
  readonly peakBytesPerNode: number
  readonly verifications: number
  readonly events: number
  readonly virtualMs: number
  readonly wallMs: number
  /** Runs the same again. */
  readonly command: string
}

/** What was measured of a run. Times are virtual milliseconds since its beginning. */
export interface Measurements {
  readonly options: SimulationOptions
  readonly network: VirtualNetwork<Packet>
  readonly record: DeliveryRecord
  readonly traffic: Traffic
  readonly history: readonly HistoryEvent[]
  readonly healedAtMs: number
  readonly lastOpBeforeMs: number
  /** From the last heal on: all links up; all that had been published by then held by all; all digests equal. */
  readonly wholeAtMs: number | undefined
  readonly caughtUpAtMs: number | undefined
  readonly convergedAtMs: number | undefined
  readonly peakBytesPerNode: number
  readonly verifications: number
  readonly restarts: number
  readonly events: number
  readonly virtualMs: number
  readonly wallMs: number
}

export const resultOf = (measured: Measurements): SimulationResult => {
  const { options, network, record, traffic } = measured
  const checked = checkSetFull(measured.history)
  const missing = record.missing()
  const lost = new Set([...checked.lost, ...missing].filter(exceptOf(record.perished()))).size
  const broadcasts = record.published
  const ops = measured.history.filter(({ type }) => type === 'broadcast' || type === 'read').length
  const envelopes = traffic.total('envelopes')
  const bytes = traffic.total('bytes')
  const duplicates = traffic.dropsOf('duplicate')
  const recoversFromMs = Math.max(measured.healedAtMs, measured.wholeAtMs ?? 0)
  const { deliveredTwice, outOfOrder, deliveries } = record
  const convergedAfterHealMs = since(measured.convergedAtMs, Math.max(recoversFromMs, measured.lastOpBeforeMs))
  return {
    isValid: lost === 0 && deliveredTwice === 0 && outOfOrder === 0 && convergedAfterHealMs !== null,
    nodes: options.nodes,
    topology: options.topology,
    links: network.links.length,
    seed: options.seed,
    signatures: signatureKindOf(options),
    ops,
    broadcasts,
    lost,
    lostByMaelstrom: checked.lost.length,
    missingSomewhere: missing.length,
    perished: record.perished().length,
    neverRead: checked.neverRead.length,
    stale: checked.stale.length,
    stableLatencies: checked.stableLatencies,
    lastDeliveryLatencies: record.toLast.quantiles(),
    deliveryLatencies: record.toEach.quantiles(),
    deliveredTwice,
    outOfOrder,
    msgsPerOp: ratio(envelopes, ops),
    msgsPerOpNormalised: ratio(envelopes, 2 * broadcasts),
    msgsPerOpWithoutUpkeep: ratio(
      traffic.total('envelopes', (type) => !isUpkeep(type)),
      2 * broadcasts,
    ),
    envelopesPerBroadcast: ratio(envelopes, broadcasts),
    bytesPerBroadcast: ratio(bytes, broadcasts),
    deliveries,
    duplicates,
    duplicatesPercent: ratio(100 * duplicates, deliveries),
    envelopes,
    bytes,
    envelopesByType: traffic.each('envelopes'),
    bytesByType: traffic.each('bytes'),
    drops: traffic.drops(),
    vanished: network.vanished,
    linkDeaths: network.deaths,
    restarts: measured.restarts,
    linksBackAfterHealMs: since(measured.wholeAtMs, measured.healedAtMs),
    caughtUpAfterHealMs: since(measured.caughtUpAtMs, recoversFromMs),
    convergedAfterHealMs,
    peakBytesPerNode: measured.peakBytesPerNode,
    verifications: measured.verifications,
    events: measured.events,
    virtualMs: rounded(measured.virtualMs),
    wallMs: Math.round(measured.wallMs),
    command: commandOf(options),
  }
}

const exceptOf = (numbers: readonly number[]): ((number: number) => boolean) => {
  const excepted = new Set(numbers)
  return (number) => !excepted.has(number)
}

const rounded = (value: number): number => Math.round(value * 1_000) / 1_000

const ratio = (part: number, whole: number): number => (whole > 0 ? rounded(part / whole) : 0)

const since = (atMs: number | undefined, fromMs: number): number | null =>
  atMs === undefined ? null : rounded(Math.max(0, atMs - fromMs))
