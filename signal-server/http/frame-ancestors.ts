import { parseOrigin } from '../shared/origins.ts'
import { SettingProblem } from '../shared/setting-problem.ts'

/** Sources of the directive `frame-ancestors`: `'self'`, `'none'`, origins, and `https://*.example.org`. */
export type FrameAncestors = readonly string[]

/**
 * Parses `'self', https://school.example`, with commas or blanks between, and with or without quotes, since a shell removes
 * them. Throws a `SettingProblem` for an invalid text.
 */
export const parseFrameAncestors = (text: string): FrameAncestors => {
  const parts = text.split(/[\s,]+/).filter((part) => part !== '')
  const sources = [...new Set(parts.map(parseSource))]
  if (sources.includes("'none'") && sources.length > 1) {
    throw new SettingProblem('none means that no page may show a tab. Write it alone, or leave it out.')
  }
  if (sources.length === 0) throw new SettingProblem('It lists no page. Write none if no page may show a tab.')
  return sources
}

const parseSource = (part: string): string => {
  const keyword = /^(['"]?)(self|none)\1$/i.exec(part)?.[2]
  return keyword === undefined ? parseOrigin(part) : `'${keyword.toLowerCase()}'`
}
