/**
 * The certificate that a session description commits to: `sha-256 AB:CD:…` (RFC 8122), or nothing unless every
 * `a=fingerprint` line of the description, in the session part and in every media part, names the same one. A
 * description with two could be signed for one and connect by the other.
 */
export const fingerprintOf = (sdp: string): string | undefined => {
  let found: string | undefined
  for (const line of sdp.split(/\r\n|\r|\n/)) {
    if (!/^\s*a\s*=\s*fingerprint/i.test(line)) continue
    const value = /^a=fingerprint:sha-256 ((?:[0-9A-F]{2}:){31}[0-9A-F]{2})$/i.exec(line)?.[1]
    if (!value) return undefined
    const fingerprint = `sha-256 ${value.toUpperCase()}`
    if (found !== undefined && found !== fingerprint) return undefined
    found = fingerprint
  }
  return found
}
