#!/usr/bin/env bash
# One guess: RTCDataChannel.close() of a WebRTC for Node.js is the browser's: what was sent before it still arrives.
# What happens: with both ends in Node.js, the receiver often gets only some of the messages, or none, although its channel is
# closed in order and both connections stay open until then. Between callbacks of one channel there is no order: the one for the
# close can overtake those for messages, and drops what waits. Who says goodbye has to close later.
# Versions: node-datachannel 0.33.4 (its polyfill), Node 20.20. Seen on 2026-12-01.
# Output:
#   100 messages, then close(): 8 of 14 runs lost some; the fewest that came: 0
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund node-datachannel@0.33.4 >/dev/null
cat >close.mjs <<'JS'
import { RTCPeerConnection } from 'node-datachannel/polyfill'
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const [runs, sent] = [14, 100]
let lossy = 0
let fewest = sent
for (let run = 0; run < runs; run += 1) {
  const [one, other] = [new RTCPeerConnection({ iceServers: [] }), new RTCPeerConnection({ iceServers: [] })]
  one.onicecandidate = ({ candidate }) => candidate && other.addIceCandidate(candidate)
  other.onicecandidate = ({ candidate }) => candidate && one.addIceCandidate(candidate)
  const channel = one.createDataChannel('x')
  let received = 0
  const closed = new Promise((resolve) => {
    other.ondatachannel = ({ channel: there }) => {
      there.onmessage = () => (received += 1)
      there.onclose = resolve
    }
  })
  await one.setLocalDescription(await one.createOffer())
  await other.setRemoteDescription(one.localDescription)
  await other.setLocalDescription(await other.createAnswer())
  await one.setRemoteDescription(other.localDescription)
  await new Promise((resolve) => (channel.onopen = resolve))
  await wait(200)
  for (let count = 0; count < sent; count += 1) channel.send('message')
  channel.close()
  await closed
  await wait(300)
  if (received < sent) lossy += 1
  fewest = Math.min(fewest, received)
  one.close()
  other.close()
}
console.log(`${sent} messages, then close(): ${lossy} of ${runs} runs lost some; the fewest that came: ${fewest}`)
setTimeout(() => process.exit(lossy > 0 ? 0 : 1), 300)
JS
timeout 50 node close.mjs
