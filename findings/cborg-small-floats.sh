#!/usr/bin/env bash
# One guess: a CBOR encoder that offers RFC 8949 deterministic encoding gives every float its shortest form, so bytes that
# its strict decoder accepts are what it would encode.
# What happens: cborg gives halves below 2^-14 two bytes only if they are powers of two; the other 2,026 subnormal halves
# get four, also with rfc8949EncodeOptions. Its strict decoder accepts both forms, and wide floats of integers. cbor2 gives
# the short form. So two libraries that both encode "deterministically" hash one value to two hashes.
# Versions: cborg 6.1.5, cbor2 2.3.0, Node 20.20. Seen on 2026-11-30.
# Output:
#   3 * 2^-24: cborg fa34400000, its RFC 8949 mode fa34400000, cbor2 f90003
#   cborg, strict, reads f90003 as 1.7881393432617188e-7 and fb3ff0000000000000 as 1
#   halves that cborg encodes to other bytes than it has read: 2026 of 49152 that are no integers
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund cborg@6.1.5 cbor2@2.3.0 >/dev/null
cat >floats.mjs <<'JS'
import * as cborg from 'cborg'
import { encode as encode2 } from 'cbor2'
const hex = (bytes) => Buffer.from(bytes).toString('hex')
const strictly = (text) => cborg.decode(Uint8Array.from(Buffer.from(text, 'hex')), { strict: true })
const small = 3 * 2 ** -24
const deterministic = cborg.encode(small, cborg.rfc8949EncodeOptions)
console.log(`3 * 2^-24: cborg ${hex(cborg.encode(small))}, its RFC 8949 mode ${hex(deterministic)}, cbor2 ${hex(encode2(small, { cde: true }))}`)
console.log(`cborg, strict, reads f90003 as ${strictly('f90003')} and fb3ff0000000000000 as ${strictly('fb3ff0000000000000')}`)
let other = 0
let all = 0
for (let half = 0; half < 0x10000; half += 1) {
  const text = 'f9' + half.toString(16).padStart(4, '0')
  const value = ((half >> 10) & 31) === 31 ? NaN : strictly(text)
  if (!Number.isFinite(value) || Number.isInteger(value)) continue
  all += 1
  if (hex(cborg.encode(value)) !== text) other += 1
}
console.log(`halves that cborg encodes to other bytes than it has read: ${other} of ${all} that are no integers`)
JS
node floats.mjs | tee seen
grep -q '^3 .*cborg fa34400000, its RFC 8949 mode fa34400000, cbor2 f90003' seen
grep -q 'as 1$' seen
grep -q ': 2026 of' seen
