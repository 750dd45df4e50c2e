// The reference servers for the benchmark of the signalling, each on a free port: `node reference-server.js KIND`.
import { createServer } from 'node:http'
import { PeerServer } from 'peer'
import { Server as SocketServer } from 'socket.io'
import { WebSocketServer } from 'ws'

const printAddress = (server) =>
  process.stdout.write(`http://127.0.0.1:${server.address().port}
`)

const listen = (server) => server.listen(0, '127.0.0.1', () => printAddress(server))

/**
 * A Socket.IO server configured like ours. It forwards every message to the named receiver, checks nothing and
 * acknowledges nothing.
 */
const startSocketIo = (isReleased) => {
  const server = createServer()
  const io = new SocketServer(server, {
    transports: ['websocket'],
    allowUpgrades: false,
    perMessageDeflate: false,
    maxHttpBufferSize: 32_768,
    pingInterval: 10_000,
    pingTimeout: 20_000,
    serveClient: false,
  })
  const sockets = new Map()
  const names = new WeakMap()
  io.engine.on('connection', (conn) => {
    names.set(conn, new URL(conn.request.url, 'http://localhost').searchParams.get('name'))
    // As Socket.IO's page on memory usage recommends.
    if (isReleased) conn.request = null
  })
  io.on('connection', (socket) => {
    const name = names.get(socket.conn)
    sockets.set(name, socket)
    socket.on('signal', (message, acknowledge) => {
      sockets.get(message.to)?.emit('signal', { ...message, from: name })
      acknowledge({ ok: true })
    })
    socket.once('disconnect', () => sockets.delete(name))
  })
  listen(server)
}

const startWs = () => {
  const server = createServer()
  const sockets = new Map()
  new WebSocketServer({ server, maxPayload: 32_768 }).on('connection', (socket, request) => {
    const name = new URL(request.url, 'http://localhost').searchParams.get('name')
    sockets.set(name, socket)
    socket.on('message', (/** @type {Buffer} */ data) => {
      const message = JSON.parse(data.toString())
      sockets.get(message.to)?.send(JSON.stringify({ ...message, from: name }))
    })
    socket.once('close', () => sockets.delete(name))
  })
  listen(server)
}

const kinds = {
  'socket.io': () => startSocketIo(false),
  'socket.io-released': () => startSocketIo(true),
  ws: startWs,
  // Like `peerjs --port`, with a higher limit of clients.
  peerjs: () => PeerServer({ port: 0, host: '127.0.0.1', concurrent_limit: 100_000 }, printAddress),
}

kinds[process.argv[2]]()
