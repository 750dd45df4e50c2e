import { keyOf } from './mirrored-receipts.ts'
import type { Change, MirroredEvent } from './messages.ts'

/** What a later change of the same key makes superfluous; an empty text: the entries and their events; undefined: nothing. */
export const supersededBy = (change: Change): string | undefined => {
  switch (change.type) {
    case 'entry':
    case 'reset':
      return ''
    case 'published':
    case 'unpublished':
    case 'sent':
      return undefined
    case 'forks':
      return 'forks'
    case 'receipts':
      return `receipts ${keyOf(change.entry)}`
    case 'event':
      return supersededEvent(change)
  }
}

const supersededEvent = (change: MirroredEvent): string | undefined => {
  switch (change.name) {
    case 'evicted':
    case 'progress':
    case 'ephemeral':
    case 'direct':
    case 'drop':
      return ''
    case 'key':
    case 'storage':
    case 'fork':
      return undefined
    case 'link':
      return `link ${change.event.peerId ?? change.event.peer}`
    case 'state':
    case 'sync':
    case 'distrust':
    case 'faults':
    case 'network':
      return change.name
  }
}
