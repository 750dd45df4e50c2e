/**
 * The fingerprint of the certificate that a session description commits to, `sha-256 AB:CD:…` (RFC 8122). Undefined unless
 * all `a=fingerprint` lines, of the session part and of every media part, are equal: a description with two fingerprints
 * could be signed for one and connect with the other.
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
