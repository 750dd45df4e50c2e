/** The composition root of the example: a text that several tabs write together, over a node of their own. */
import { Doc } from 'yjs'
import { upstreamText } from '../../node/api/upstream.ts'
import { createNode } from '../../node/create/create-node.ts'
import { GrapevineProvider } from '../../yjs/grapevine-provider.ts'
import { alternativeName, generateName } from '../address/address-name.ts'
import { addressBase, addressOf, parseAddress, parseToken } from '../address/config.ts'
import './grapevine-editor.ts'

const pick = (max: number): number => Math.floor(Math.random() * max)

const editor = document.querySelector('grapevine-editor')
if (!editor) throw new Error('editor.html has no <grapevine-editor>')

const start = (): void => {
  const base = addressBase(location.href)
  const address = parseAddress(location.href)
  editor.problems = address.problems
  editor.correctedHref = address.corrected ?? ''
  if (!address.isValid) return
  const { net, upstreams } = address
  const name = address.name ?? generateName(pick)
  if (!address.name) history.replaceState(null, '', addressOf(base, { net, upstreams, name }))
  const node = createNode({
    name,
    net,
    upstreams: upstreams.map(upstreamText),
    server: location.href,
    token: parseToken(location.href),
    alternative: () => {
      const free = alternativeName(name, pick)
      return { name: free, href: addressOf(base, { net, upstreams, name: free }) }
    },
  })
  const doc = new Doc()
  const provider = new GrapevineProvider(node, doc, { topic: 'editor' })
  window.grapevine = node
  Object.assign(editor, { node, provider, text: doc.getText('text') })
  window.addEventListener(
    'pagehide',
    () => {
      provider.destroy()
      void node.stop()
    },
    { once: true },
  )
}

start()
// A page from the back/forward cache begins anew: its node has stopped.
window.addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload()
})
