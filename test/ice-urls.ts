/** A url of an ICE server, and which browsers refuse or never use it. Observed in Chromium 156 and Firefox 153. */
interface IceUrlCase {
  readonly url: string
  /** `unused`: a browser accepts the url and then never sends a request to the server. */
  readonly refusedBy: readonly ('chromium' | 'firefox' | 'unused')[]
  /** The form into which the signalling server converts the url, if that form differs from `url`. */
  readonly readAs?: string
}

const used = (url: string, readAs?: string): IceUrlCase => ({ url, refusedBy: [], ...(readAs && { readAs }) })
const refused =
  (...refusedBy: IceUrlCase['refusedBy']) =>
  (url: string): IceUrlCase => ({ url, refusedBy })

/**
 * Every form of a url for which the browsers were observed to differ, and the usual forms. TURN is tested with
 * credentials.
 */
export const iceUrls: readonly IceUrlCase[] = [
  used('stun:stun.example.org'),
  used('stun:stun.example.org:3478'),
  used('STUN:STUN.Example.org', 'stun:stun.example.org'),
  used('stun:localhost:1024'),
  used('stun:my_host.example:65535'),
  used('stun:192.0.2.1:53'),
  used('stun:[::1]'),
  used('stun:[2001:DB8::1]:3478', 'stun:[2001:db8::1]:3478'),
  used('stun:[::ffff:192.0.2.1]'),
  used('stun:bücher.example', 'stun:xn--bcher-kva.example'),
  used('stun:stun.example.org:03478', 'stun:stun.example.org:3478'),
  used('turn:turn.example.org'),
  used('turn:turn.example.org:443?transport=tcp'),
  used('turn:turn.example.org:80?transport=udp'),
  used('turn:[::1]:3478?transport=tcp'),
  used('turns:turn.example.org'),
  used('turns:turn.example.org:5349?transport=tcp'),
  ...['turn:turn.example.org?transport=TCP', 'TURN:turn.example.org?Transport=tcp'].map((url) =>
    used(url, 'turn:turn.example.org?transport=tcp'),
  ),
  ...['stuns:stun.example.org:5349', 'stun:stun.example.org:22', 'turn:turn.example.org:6000?transport=tcp'].map(
    refused('firefox'),
  ),
  ...['stun:300.1.1.1', 'stun:[::zz]', 'stun:[::1%25eth0]', 'stun:[1:2:3:4:5:6:7:8:9]', 'stun:[::1]x'].map(
    refused('firefox'),
  ),
  ...['stun:*.example.org', 'stun:a%20b.example', 'stun:xn--zz.example'].map(refused('firefox')),
  ...['stun:stun.example.org:', 'stun:stun.example.org?', 'turn:turn.example.org?', 'stun:a`b.example'].map(
    refused('chromium'),
  ),
  ...['stun:127.0.0.1:99999', 'stun:stun.example.org:0', 'stun:stun.example.org:65536', 'stun:stun.example.org:-1'].map(
    refused('chromium', 'firefox'),
  ),
  ...['stun:stun.example.org:1:2', 'stun:stun.example.org:port', 'stun:::1', 'stun:2001:db8::1', 'stun:[::1'].map(
    refused('chromium', 'firefox'),
  ),
  ...['stun:', 'stun::3478', 'stun: a.example', 'stun:a b.example', 'stun://stun.example.org', 'stun:a.example/'].map(
    refused('chromium', 'firefox'),
  ),
  ...['stun:a.example#1', 'stun:u@a.example', 'turn:u:p@a.example', 'stun:a.example?transport=udp'].map(
    refused('chromium', 'firefox'),
  ),
  ...['turn:a.example?transport=tls', 'turn:a.example?transport=', 'turn:a.example?transport=tcp&x=1'].map(
    refused('chromium', 'firefox'),
  ),
  ...['turn:a.example?x=tcp', 'stun.example.org:3478', 'https://stun.example.org', 'stun', ''].map(
    refused('chromium', 'firefox'),
  ),
  // Chromium sends no request to a TURN server at these ports. Firefox sends none over TLS to an address without a
  // name, or over DTLS.
  ...['turn:turn.example.org:81', 'turn:turn.example.org:1023?transport=tcp'].map(refused('unused')),
  ...['turns:192.0.2.1', 'turns:[::1]:5349', 'turns:turn.example.org?transport=udp'].map(refused('unused')),
  // No DNS has such a name. Browsers read addresses of fewer than four numbers, or with leading zeros, differently
  // from a person.
  ...['stun:a..example', 'stun:-a.example', `stun:${'a'.repeat(64)}.example`, 'stun:127.1', 'stun:010.0.0.1'].map(
    refused('unused'),
  ),
]
