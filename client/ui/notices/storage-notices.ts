import type { StorageTrouble } from '../../node/api/grapevine.ts'
import type { Framing } from './framing.ts'
import type { Notice } from '../words/notice.ts'

export const describeStorageTroubles = (
  troubles: ReadonlySet<StorageTrouble>,
  framing: Framing | undefined,
): Notice[] =>
  [...troubles].flatMap((trouble) => {
    // The notice about the key already covers the messages.
    if (trouble === 'messages-not-stored' && troubles.has('not-stored')) return []
    // The notice about the frame already covers the storage.
    if (trouble === 'not-stored' && framing) return []
    const key = `storage ${trouble}`
    return [{ key, severity: 'warning', ...words[trouble], actions: [] }]
  })

const words: Readonly<Record<StorageTrouble, Pick<Notice, 'title' | 'text'>>> = {
  'not-stored': {
    title: 'This browser stores neither the key of this node nor its messages',
    text: 'Everything works until this tab closes or reloads. Then the node has a new key, and nodes that know this one report it. Messages that neighbours still hold come back. Causes are a private window, blocked site data or a full disk.',
  },
  'messages-not-stored': {
    title: 'This browser no longer stores the messages of this node',
    text: 'Everything works until this tab closes or reloads. Then the node has the same key and the messages stored so far, and gets the others from its neighbours if they still hold them. Causes are a full disk, or a newer version of this page in another tab.',
  },
  'key-lost': {
    title: 'This node has a new key',
    text: 'The old key is gone: the data of this browser was deleted, by a person or to free space. Nodes that know the old key ask before they link to this one. Messages that others hold come back under the old key. Tell the people at those nodes that the new key is yours.',
  },
  'key-replaced': {
    title: 'This node has a new key',
    text: 'The key that was stored under this name is unusable, so the node made a new one. Nodes that know the old key ask before they link to this one. Tell the people at those nodes that the new key is yours.',
  },
}
