/** The worker of a node: the messages of its page go to the node's host. */
import type { HostMessage } from '../mirror/messages.ts'
import { systemClock } from './clock.ts'
import { NodeHost } from './node-host.ts'

let isPageHidden = false

const host = new NodeHost({
  clock: systemClock(() => isPageHidden),
  send: (message) => postMessage(message),
  hidden: (isHidden) => {
    isPageHidden = isHidden
  },
})
addEventListener('message', ({ data }: MessageEvent<HostMessage>) => host.receive(data))
postMessage({ type: 'ready' })
