import { type NodeName, parseNodeName } from '../../gossip/wire/node-name.ts'
import { type PeerId, parsePeerId } from '../../gossip/wire/peer-id.ts'

/** A node to dial. */
export interface Upstream {
  readonly name: NodeName
  /** This key, and no other under that name. */
  readonly peerId?: PeerId
}

/** Parses `node1` and `node1@PeerId`. */
export const parseUpstream = (text: string): Upstream | undefined => {
  const at = text.indexOf('@')
  if (at < 0) {
    const name = parseNodeName(text)
    return name && { name }
  }
  const name = parseNodeName(text.slice(0, at))
  const peerId = parsePeerId(text.slice(at + 1))
  return name && peerId && { name, peerId }
}

/** The inverse of `parseUpstream`. */
export const upstreamText = ({ name, peerId }: Upstream): string => (peerId ? `${name}@${peerId}` : name)
