// A worker thread with many TCP connections that send without pause, so that the thread of the test stays free.
import { createConnection } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'

/**
 * Sends `opening` first, if there is one, and waits for its answer; then repeats `flood`, each connection one of its
 * entries. `isReading`: whether the client reads what the server sends.
 * @type {{ port: number, localAddress: string, connections: number, opening: string, flood: Uint8Array[], isReading: boolean }}
 */
const { port, localAddress, connections, opening, flood, isReading } = workerData

for (let index = 0; index < connections; index += 1) {
  const bytes = flood[index % flood.length]
  const stream = createConnection({ port, host: '127.0.0.1', localAddress })
  const pump = () => {
    while (!stream.destroyed && stream.write(bytes ?? ''));
  }
  const begin = () => {
    if (isReading) stream.resume()
    else stream.pause()
    stream.on('drain', pump)
    pump()
    parentPort?.postMessage('began', [])
  }
  // A connection that is cut may end in a reset.
  stream.on('error', () => stream.destroy())
  stream.once('close', () => parentPort?.postMessage('ended', []))
  if (opening) {
    stream.write(opening)
    stream.once('data', begin)
  } else {
    stream.once('connect', begin)
  }
}
