import type { LinkFault } from '../../node/api/grapevine.ts'
import type { Notice } from '../words/notice.ts'

/** What is broken on purpose, while it lasts. */
export const describeFaults = (faults: readonly LinkFault[]): readonly Notice[] => {
  if (faults.length === 0) return []
  const peers = [...new Set(faults.map(({ peer }) => peer))].sort()
  const words = peers.map((peer) => {
    const acting = faults.filter((fault) => fault.peer === peer).map(faultWords)
    return `${peer}: ${acting.join('; ')}.`
  })
  return [
    {
      key: 'faults',
      severity: 'warning',
      title:
        peers.length === 1
          ? 'A link of this node is disturbed on purpose'
          : 'Links of this node are disturbed on purpose',
      text: `${words.join(' ')} The connection below stays open; only gossip is disturbed, heartbeats too.`,
      actions: [{ kind: 'heal', label: 'Heal all' }],
    },
  ]
}

const directions = { both: '', out: ', outgoing only', in: ', incoming only' } as const

const faultWords = (fault: LinkFault): string => `${kindWords(fault)}${directions[fault.direction ?? 'both']}`

const kindWords = (fault: LinkFault): string => {
  switch (fault.kind) {
    case 'cut':
      return 'cut, nothing passes'
    case 'delay':
      return `every frame ${fault.spread ? `about ${fault.ms}` : fault.ms} ms later`
    case 'loss':
      return `${percent(fault.share)} of the frames lost`
    case 'duplicate':
      return `${percent(fault.share)} of the frames twice`
    case 'reorder':
      return `${percent(fault.share)} of the frames up to ${fault.ms} ms late, overtaken by others`
    case 'bandwidth':
      return `at most ${fault.bytesPerSecond.toLocaleString('en')} bytes a second`
  }
}

const percent = (share: number): string => share.toLocaleString('en', { style: 'percent', maximumFractionDigits: 1 })
