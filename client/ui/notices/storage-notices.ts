import type { StorageTrouble } from '../../node/api/grapevine.ts'
import type { Framing } from './framing.ts'
import type { Notice } from '../words/notice.ts'

export const describeStorageTroubles = (
  troubles: ReadonlySet<StorageTrouble>,
  framing: Framing | undefined,
): Notice[] =>
  [...troubles].flatMap((trouble) => {
    // Told together with the key's.
    if (trouble === 'messages-not-stored' && troubles.has('not-stored')) return []
    // Told together with the frame.
    if (trouble === 'not-stored' && framing) return []
    const key = `storage ${trouble}`
    return [{ key, severity: 'warning', ...words[trouble], actions: [] }]
  })

const words: Readonly<Record<StorageTrouble, Pick<Notice, 'title' | 'text'>>> = {
  'not-stored': {
    title: 'This browser keeps neither this node’s key nor its messages',
    text: 'All works until this tab closes or reloads; then it comes back with another key, and nodes that know this one will say so. It gets back the messages that its neighbours still hold. A private window, blocked site data or a full disk does this.',
  },
  'messages-not-stored': {
    title: 'This browser no longer stores this node’s messages',
    text: 'All works until this tab closes or reloads; then it comes back with the same key and the messages stored so far, and gets from its neighbours what they still hold. A full disk does this, or a newer version of this page in another tab.',
  },
  'key-lost': {
    title: 'This node has a new key',
    text: 'The one that it had here is gone: this browser’s data was deleted, by hand or for want of space. Nodes that know the old key ask before they link to this one: tell their people that the new key is yours. What others hold of your messages comes back, under the old key.',
  },
  'key-replaced': {
    title: 'This node has a new key',
    text: 'The one that was stored under this name can’t be used any more, so a new one was made. Nodes that know the old one will ask before they trust it.',
  },
}
