import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { parseBuildId, withBuildId } from '../../../signal-server/http/build-id.ts'

const html = '<html><head><title>Grapevine</title></head></html>'
const hash = (text: string): string => createHash('sha256').update(text).digest('base64url')
const idOf = (...fileNames: readonly string[]): string | undefined => parseBuildId(withBuildId(html, fileNames, hash))

describe('the build id of a page', () => {
  it('is the same for the same files in any order, and differs for other files', () => {
    expect(idOf('main-1.js', 'page-1.css')).toMatch(/^[A-Za-z0-9_-]{12}$/)
    expect(idOf('page-1.css', 'main-1.js')).toBe(idOf('main-1.js', 'page-1.css'))
    expect(idOf('main-1.js', 'page-2.css')).not.toBe(idOf('main-1.js', 'page-1.css'))
  })

  it('is absent from a page that was not built', () => {
    expect(parseBuildId(html)).toBeUndefined()
  })
})
