#!/usr/bin/env bash
# One guess: a WebSocket client that reads everything it receives may send any number of pings at once, and gets a
# pong for each.
# What happens: ws 8.23 counts a pong as pending until the next turn of the event loop, whether the client reads or
# not. If one chunk contains more pings than the limit of pending pongs, ws ends the connection (code 1006).
# Versions: ws 8.23.0, Node 20.20. Seen on 2026-11-30.
# Output:
#   50 pings in one chunk: 50 pongs, open
#   100 pings in one chunk: closed with 1006
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund ws@8.23.0 >/dev/null
cat >burst.mjs <<'JS'
import { WebSocket, WebSocketServer } from 'ws'
const count = Number(process.argv[2])
const server = new WebSocketServer({ host: '127.0.0.1', port: 0 }, () => {
  const client = new WebSocket(`ws://127.0.0.1:${server.address().port}`)
  let pongs = 0
  const end = (what) => {
    console.log(`${count} pings in one chunk: ${what}`)
    process.exit()
  }
  client.on('open', () => {
    client._socket.cork()
    for (let sent = 0; sent < count; sent += 1) client.ping()
    client._socket.uncork()
  })
  client.on('pong', () => {
    pongs += 1
    if (pongs === count) end(`${pongs} pongs, open`)
  })
  client.on('close', (code) => end(`closed with ${code}`))
})
JS
few=$(node burst.mjs 50)
many=$(node burst.mjs 100)
echo "$few"
echo "$many"
[ "$few" = '50 pings in one chunk: 50 pongs, open' ] && [ "$many" = '100 pings in one chunk: closed with 1006' ]
