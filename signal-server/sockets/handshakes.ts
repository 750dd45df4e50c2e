import type { IncomingMessage } from 'node:http'
import { type Handshake, type SeenRequest, socketHealthLimits } from '../shared/socket-health.ts'

type Arrival = Exclude<Handshake, 'missing'>

/**
 * How the latest websocket handshakes came here. A browser does not tell a page why it got no websocket, and nobody but the
 * server sees what a proxy made of the handshake: so the page gives each handshake an id, and asks by plain http.
 */
export class Handshakes {
  readonly #arrivals = new Map<string, Arrival>()

  note(request: IncomingMessage, arrival: Arrival): void {
    const id = idOf(request)
    if (id === undefined) return
    this.#arrivals.delete(id)
    this.#arrivals.set(id, arrival)
    const [oldest] = this.#arrivals.keys()
    if (this.#arrivals.size > socketHealthLimits.rememberedHandshakes && oldest !== undefined)
      this.#arrivals.delete(oldest)
  }

  /** What this request, which asks about a handshake, looks like here, and how that handshake came. */
  seen(request: IncomingMessage): SeenRequest {
    const { headers, httpVersion } = request
    return {
      host: shown(headers.host),
      origin: shown(headers.origin),
      httpVersion,
      handshake: this.#arrivals.get(idOf(request) ?? '') ?? 'missing',
    }
  }
}

const shown = (header: string | undefined): string | null =>
  header === undefined ? null : header.slice(0, socketHealthLimits.headerChars)

const idOf = ({ url = '' }: IncomingMessage): string | undefined => {
  const id = new URLSearchParams(url.slice(url.indexOf('?') + 1)).get('handshake')
  return id !== null && /^[a-z0-9]{1,32}$/.test(id) ? id : undefined
}
