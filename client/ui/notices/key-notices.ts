import { shortPeerId } from '../../gossip/wire/peer-id.ts'
import type { StorageTrouble } from '../../node/api/grapevine.ts'
import { listWords } from '../words/listing.ts'
import type { Notice } from '../words/notice.ts'

/** What is known about other keys under this node's name. */
export interface OwnKeyContext {
  /** Undefined while there is no node. */
  readonly name: string | undefined
  /** This node's own key; empty until the key is loaded. */
  readonly peerId: string | undefined
  /** The key was made when this page was loaded. */
  readonly isKeyNew: boolean
  /** Nodes that announce that they know a different key under this name. */
  readonly distrustedBy: readonly string[]
  /** This node holds messages that a different key signed under this name. */
  readonly hasNamesakes: boolean
  readonly storageTroubles: ReadonlySet<StorageTrouble>
}

/** Notices that others know this node by a different key, as their announcements or the held messages show. */
export const describeOwnKey = (context: OwnKeyContext): Notice[] => {
  const { name, peerId, distrustedBy, hasNamesakes, storageTroubles } = context
  if (name === undefined || !peerId) return []
  const isShown = storageTroubles.has('key-lost') || storageTroubles.has('key-replaced')
  return [
    ...(distrustedBy.length > 0 ? [distrusted(context, shortPeerId(peerId))] : []),
    ...(hasNamesakes && distrustedBy.length === 0 && !isShown ? [namesakes(context, name)] : []),
  ]
}

const distrusted = ({ distrustedBy, isKeyNew, name, storageTroubles }: OwnKeyContext, key: string): Notice => {
  const isOne = distrustedBy.length === 1
  const why = storageTroubles.has('not-stored')
    ? 'This browser can’t store a key, so this key lasts until the tab closes or reloads.'
    : isKeyNew
      ? 'This browser had no key for the name when this tab was opened: its data was deleted, or the name was used in another browser or a private window before.'
      : 'Either the data of this browser was deleted, or another person has used the name.'
  return {
    key: 'own-key distrusted',
    severity: 'warning',
    title: `${listWords(distrustedBy)} ${isOne ? 'knows' : 'know'} ${name} under another key`,
    text: `${isOne ? 'It does' : 'They do'} not link to this tab until a person there presses “Trust the new key”. ${why} If the name is yours, tell them that your key begins with ${key}. If it is not, use another name.`,
    actions: [],
  }
}

const namesakes = ({ isKeyNew }: OwnKeyContext, name: string): Notice => ({
  key: 'own-key namesakes',
  ...(isKeyNew
    ? {
        severity: 'warning',
        title: 'This node has a new key',
        text: `This node holds messages of ${name} that are signed with another key. If they are yours, the data of this browser was deleted, or you wrote them in another browser. They stay under the old key, and nodes that know the old key ask before they link to this tab. If they are not yours, another person has used the name.`,
      }
    : {
        severity: 'info',
        title: `This node holds messages of ${name} under another key`,
        text: 'They were written before the data of this browser was deleted, in another browser, or by another person who used the name. Each one shows the beginning of its key.',
      }),
  actions: [],
})
