import { encodeQR } from 'qr'
import { decodeQR } from 'qr/decode.js'
import { describe, expect, it } from 'vitest'
import { qrPath } from '../../../client/ui/share/qr-code.ts'

/** Draws the path as a camera sees it: black where the path has a run, `scale` pixels per module. */
const draw = (path: string, size: number, scale = 4) => {
  const side = size * scale
  const data = new Uint8Array(side * side * 4).fill(255)
  for (const [, x, y, run] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let row = Number(y) * scale; row < (Number(y) + 1) * scale; row += 1) {
      for (let column = Number(x) * scale; column < (Number(x) + Number(run)) * scale; column += 1) {
        data.fill(0, (row * side + column) * 4, (row * side + column) * 4 + 3)
      }
    }
  }
  return { width: side, height: side, data }
}

describe('the path of a QR code', () => {
  it.each([
    'http://192.168.1.20:3000/?class=ring-12',
    `https://grapevine.example/?peer=calm-otter-42@${'A'.repeat(43)}&net=class-7`,
    `http://localhost:3000/?id=node9${Array.from({ length: 8 }, (_, index) => `&peer=node${index}@${'B'.repeat(42)}A`).join('')}`,
  ])('reads as %s', (text) => {
    const modules = encodeQR(text, 'raw', { border: 4 })
    expect(decodeQR(draw(qrPath(modules), modules.length))).toBe(text)
  })

  it('joins the dark modules of a row', () => {
    expect(
      qrPath([
        [true, true, false, true],
        [false, false, false, false],
      ]),
    ).toBe('M0 0h2v1h-2zM3 0h1v1h-1z')
  })
})
