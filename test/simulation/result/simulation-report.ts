import type { Quantiles } from './quantiles.ts'
import type { SimulationResult } from './simulation-result.ts'

/** The report of a run for a person: the verdict, then the figures that Maelstrom prints, then the other figures. */
export const reportOf = (result: SimulationResult): string => {
  const rows: readonly (readonly [string, string] | '')[] = [
    verdictOf(result),
    '',
    ['network', `${count(result.nodes)} nodes, ${result.topology}, ${count(result.links)} links`],
    ['operations', `${count(result.ops)}, of them ${count(result.broadcasts)} broadcasts`],
    '',
    ['lost', `${count(result.lost)}${lostDetails(result)}`],
    ['stale', count(result.stale)],
    ['never read', count(result.neverRead)],
    ['stable latencies', `${quantiles(result.stableLatencies)}   as Maelstrom sees them in reads`],
    ['to the last node', `${quantiles(result.lastDeliveryLatencies)}   exactly`],
    ['to each node', `${quantiles(result.deliveryLatencies)}   exactly`],
    '',
    ['msgs per op', `${result.msgsPerOp}   as Maelstrom counts: all envelopes / all operations`],
    ['', `${result.msgsPerOpNormalised}   envelopes / (2 × broadcasts)`],
    ['', `${result.msgsPerOpWithoutUpkeep}   the same without hello and heartbeats`],
    ['per broadcast', `${result.envelopesPerBroadcast} envelopes, ${count(result.bytesPerBroadcast)} bytes`],
    [
      'duplicates',
      `${count(result.duplicates)}, ${result.duplicatesPercent} % of ${count(result.deliveries)} deliveries`,
    ],
    ['envelopes', `${count(result.envelopes)}: ${counts(result.envelopesByType)}`],
    ['bytes', `${count(result.bytes)}: ${counts(result.bytesByType)}`],
    ['drops', counts(result.drops)],
    ['envelopes lost', count(result.envelopesLost)],
    ['faults', `${count(result.linkDeaths)} links ended, ${count(result.restarts)} nodes restarted`],
    '',
    ['links back', duration(result.linksBackAfterHealMs, 'after the last heal')],
    ['caught up', duration(result.caughtUpAfterHealMs, 'after that')],
    ['all equal', duration(result.convergedAfterHealMs, 'after that and the last operation')],
    '',
    ['memory', `at most ${count(result.peakBytesPerNode)} bytes per node`],
    ['signatures', `${result.signatures}, ${count(result.verifications)} checked`],
    ['time', `${seconds(result.virtualMs)} simulated in ${seconds(result.wallMs)}, ${count(result.events)} events`],
    ['command', result.command],
  ]
  return rows.map((row) => (row === '' ? '' : `${row[0].padEnd(18)}${row[1]}`.trimEnd())).join('\n')
}

const verdictOf = (result: SimulationResult): readonly [string, string] => {
  const faults = [
    result.lost > 0 ? `${count(result.lost)} messages lost` : '',
    result.deliveredTwice > 0 ? `${count(result.deliveredTwice)} delivered twice` : '',
    result.outOfOrder > 0 ? `${count(result.outOfOrder)} delivered out of order` : '',
    result.convergedAfterHealMs === null ? 'the nodes did not become equal' : '',
  ].filter((fault) => fault !== '')
  return [
    'verdict',
    faults.length > 0
      ? `NOT VALID: ${faults.join(', ')}`
      : 'valid: nothing lost, nothing twice, all in order, all equal',
  ]
}

const lostDetails = ({ lost, lostByMaelstrom, missingSomewhere, unrecoverable }: SimulationResult): string => {
  const details = [
    lost > 0 ? `${count(lostByMaelstrom)} by Maelstrom's rule, ${count(missingSomewhere)} missing at some node` : '',
    unrecoverable > 0 ? `${count(unrecoverable)} more unrecoverable: all nodes that held them lost their storage` : '',
  ].filter((detail) => detail !== '')
  return details.length > 0 ? ` (${details.join('; ')})` : ''
}

/** Formats a number with thin spaces between the thousands, whatever the locale of the machine is. */
const count = (value: number): string => value.toLocaleString('en-US').replaceAll(',', ' ')

const counts = (record: Readonly<Record<string, number>>): string =>
  Object.entries(record)
    .map(([name, value]) => `${name} ${count(value)}`)
    .join(', ') || 'none'

const quantiles = (values: Quantiles): string => {
  const points = Object.entries(values)
    .sort((one, other) => Number(one[0]) - Number(other[0]))
    .map(([point, ms]) => `${point}: ${count(ms)}`)
  return points.length > 0 ? `${points.join('  ')} ms` : 'none'
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`

const duration = (ms: number | null, after: string): string =>
  ms === null ? 'not within the time' : `${count(Math.round(ms))} ms ${after}`
