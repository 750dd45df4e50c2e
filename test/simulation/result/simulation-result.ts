import type { DeliveryRecord } from './delivery-record.ts'
import type { HistoryEvent } from './set-full.ts'
import type { SimulationOptions } from '../simulation-options.ts'
import type { Traffic } from '../faults/traffic.ts'
import type { Packet } from '../node/simulated-node.ts'
import type { VirtualNetwork } from '../network/virtual-network.ts'
import { commandOf } from '../flags.ts'
import type { Quantiles } from './quantiles.ts'
import { checkSetFull } from './set-full.ts'
import { isUpkeep } from '../node/simulated-node.ts'
import { signatureKindOf } from '../simulation-options.ts'

/** The object that `--json` prints. Durations are virtual milliseconds; null for a state that was not reached. */
export interface SimulationResult {
  /** No message was lost, delivered twice or out of order, and all nodes were equal in the end. */
  readonly isValid: boolean
  readonly nodes: number
  readonly topology: string
  readonly links: number
  readonly seed: number
  readonly signatures: string
  /** Broadcasts and reads, including the final read at every node. */
  readonly ops: number
  readonly broadcasts: number
  /** Messages that Maelstrom's checker finds lost, or that some node lacks in the end while another node holds them. */
  readonly lost: number
  readonly lostByMaelstrom: number
  readonly missingSomewhere: number
  /**
   * Messages that no node holds: all their holders stopped and lost their storage. No promise covers them, so they
   * are not `lost`.
   */
  readonly unrecoverable: number
  readonly neverRead: number
  readonly stale: number
  /** The latencies that Maelstrom's checker computes from reads. */
  readonly stableLatencies: Quantiles
  /** From the publication to the delivery at the last node, and to each delivery. */
  readonly lastDeliveryLatencies: Quantiles
  readonly deliveryLatencies: Quantiles
  readonly deliveredTwice: number
  readonly outOfOrder: number
  /** All envelopes between nodes, divided by the number of operations, as Maelstrom counts. */
  readonly msgsPerOp: number
  /** The same figure as if exactly half of the operations were broadcasts. */
  readonly msgsPerOpNormalised: number
  /** The same figure without the envelopes that a network without messages sends too. */
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
  readonly envelopesLost: number
  readonly linkDeaths: number
  readonly restarts: number
  /** From the end of the last fault until all links were up. */
  readonly linksBackAfterHealMs: number | null
  /**
   * From the later of the end of the last fault and the return of the last link, until every node held what was
   * published by the end of the last fault.
   */
  readonly caughtUpAfterHealMs: number | null
  /**
   * From the same moment until all nodes held the same and all digests were equal. If there are operations after the
   * last fault, from their end.
   */
  readonly convergedAfterHealMs: number | null
  readonly peakBytesPerNode: number
  readonly verifications: number
  readonly events: number
  readonly virtualMs: number
  readonly wallMs: number
  /** The command that repeats this run. */
  readonly command: string
}

/** The measurements of a run. Times are virtual milliseconds since its beginning. */
export interface Measurements {
  readonly options: SimulationOptions
  readonly network: VirtualNetwork<Packet>
  readonly record: DeliveryRecord
  readonly traffic: Traffic
  readonly history: readonly HistoryEvent[]
  readonly healedAtMs: number
  readonly lastOpBeforeMs: number
  /**
   * Moments after the end of the last fault: all links are up; all nodes hold what was published by then; all digests
   * are equal.
   */
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
  const lost = new Set([...checked.lost, ...missing].filter(exceptOf(record.unrecoverable()))).size
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
    unrecoverable: record.unrecoverable().length,
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
    envelopesLost: network.envelopesLost,
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
