import { parseNodeName } from '../../client/gossip/wire/node-name.ts'
import type { PeerId } from '../../client/gossip/wire/peer-id.ts'
import type { Sign } from '../../client/node/shared/signatures.ts'
import { loadEd25519 } from '../../client/storage/load-ed25519.ts'

export interface NodeKey {
  readonly peerId: PeerId
  readonly sign: Sign
}

const crypto25519 = loadEd25519()

export const createKey = async (): Promise<NodeKey> => {
  const ed25519 = await crypto25519
  const stored = await ed25519.generate()
  const sign = await ed25519.signer(stored)
  if (!sign) throw new Error('a new key does not sign')
  return { peerId: stored.peerId, sign }
}

export const nameOf = (text: string) => {
  const name = parseNodeName(text)
  if (!name) throw new Error(`not a name: ${text}`)
  return name
}
