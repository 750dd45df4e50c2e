import { beforeEach, describe, expect, it } from 'vitest'
import { GrapevineHeader } from '../../../client/ui/page/grapevine-header.ts'
import { mount } from '../token-frame.ts'

const hueCount = 12
const grounds = ['--ground', '--surface', '--raised', '--accent-soft'] as const
const states = ['--good', '--warn', '--bad'] as const

type Rgb = readonly [number, number, number]

/** The colour that the browser paints for a token. */
const paint = (token: string, frame: HTMLElement): Rgb => {
  frame.style.color = `var(${token})`
  const context = new OffscreenCanvas(1, 1).getContext('2d')
  if (!context) throw new Error('no canvas')
  context.fillStyle = getComputedStyle(frame).color
  context.fillRect(0, 0, 1, 1)
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data
  return [red, green, blue]
}

const linear = (channel: number): number => {
  const value = channel / 255
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
}

const luminance = ([red, green, blue]: Rgb): number =>
  0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)

/** The contrast ratio as defined by WCAG 2.2, 1.4.3. */
const contrast = (one: Rgb, other: Rgb): number => {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

/** The hue in degrees from 0 to 360. */
const hueOf = ([red, green, blue]: Rgb): number => {
  const [most, least] = [Math.max(red, green, blue), Math.min(red, green, blue)]
  const run = most - least || 1
  const sixth =
    most === red ? ((green - blue) / run + 6) % 6 : most === green ? (blue - red) / run + 2 : (red - green) / run + 4
  return sixth * 60
}

const degreesBetween = (one: number, other: number): number => {
  const turn = Math.abs(one - other) % 360
  return Math.min(turn, 360 - turn)
}

describe.each(['light', 'dark'])('the colours of nodes, %s', (scheme) => {
  let frame: HTMLElement

  beforeEach(async () => {
    const header = new GrapevineHeader()
    await mount(header)
    frame = header
    if (header.parentElement) header.parentElement.style.colorScheme = scheme
  })

  it('are twelve, and each is readable on every ground', () => {
    const colours = Array.from({ length: hueCount }, (_, index) => paint(`--hue-${index}`, frame))
    expect(new Set(colours.map(String)).size).toBe(hueCount)
    for (const ground of grounds) {
      for (const colour of colours) expect(contrast(colour, paint(ground, frame))).toBeGreaterThanOrEqual(4.5)
    }
  })

  it('are far from green, amber and red, the colours of states', () => {
    for (let index = 0; index < hueCount; index += 1) {
      const hue = hueOf(paint(`--hue-${index}`, frame))
      for (const state of states) expect(degreesBetween(hue, hueOf(paint(state, frame)))).toBeGreaterThan(30)
    }
  })
})
