/**
 * trystero over the introducer of this benchmark, with a strategy as its README describes. All tabs of a room link to each
 * other, so each link of the line is a room.
 */
import { createTopicStrategy, type MessageAction } from '@trystero-p2p/core'
import type { Open } from '../tab/contestant.ts'
import { type Channel, Relay } from './relay.ts'

interface Delivery {
  readonly topic: string
  readonly data: string
}

const joinRoom = createTopicStrategy<WebSocket>({
  init: async ({ relayConfig }) => {
    const socket = new WebSocket(relayConfig?.urls?.[0] ?? '')
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve)
      socket.addEventListener('error', reject)
    })
    return socket
  },
  subscribeTopic: (socket, topic, onMessage) => {
    const receive = (event: MessageEvent<string>): void => {
      const delivery = JSON.parse(event.data) as Delivery
      if (delivery.topic === topic) void onMessage(topic, delivery.data)
    }
    socket.addEventListener('message', receive)
    socket.send(JSON.stringify({ subscribe: topic }))
    return () => socket.removeEventListener('message', receive)
  },
  publishTopic: (socket, topic, data) => socket.send(JSON.stringify({ topic, data })),
})

export const open: Open = async ({ name, upstream, introducer }) => {
  const relay = new Relay()

  /** Joins the room of the links to this node. Resolves when the first one is up. */
  const join = (owner: string): Promise<void> =>
    new Promise((resolve) => {
      const room = joinRoom(
        { appId: 'bench', relayConfig: { urls: [introducer] }, rtcConfig: { iceServers: [] } },
        `links of ${owner}`,
      )
      const action: MessageAction<ArrayBuffer | Uint8Array<ArrayBuffer>> = room.makeAction('message')
      const channels = new Map<string, Channel>()
      action.onMessage = (data, { peerId }) => {
        const channel = channels.get(peerId)
        if (channel) relay.receive(new Uint8Array(data instanceof ArrayBuffer ? data : data.slice()), channel)
      }
      room.onPeerJoin = (target) => {
        const channel: Channel = { send: (bytes) => void action.send(bytes, { target }) }
        channels.set(target, channel)
        relay.add(channel)
        resolve()
      }
      room.onPeerLeave = (target) => {
        const channel = channels.get(target)
        if (channel) relay.delete(channel)
      }
    })

  void join(name)
  if (upstream !== undefined) await join(upstream)
  return relay
}
