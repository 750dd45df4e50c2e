// PeerJS's server, as `peerjs --port` runs it.
import { PeerServer } from 'peer'

PeerServer({ port: 0, host: '127.0.0.1', concurrent_limit: 1_000 }, (server) => {
  process.stdout.write(`address: http://127.0.0.1:${server.address().port}\n`)
})
