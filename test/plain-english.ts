/**
 * Phrases that a reader of English as a second language has to read twice, and what to write instead. `npm run check`
 * fails where one is in a source, a test or a document.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { join, sep } from 'node:path'

const phrases: readonly (readonly [RegExp, string])[] = [
  [/\bin vain\b/i, 'without success'],
  [/\b(?:is|are|was|were|does|do)\b[\w ]{0,24}\bno more\b(?! \w)/i, 'no longer'],
  [/\b(?:is|are|be) another one\b/i, 'is a new one, differs, has changed'],
  [/\bof (?:it|those|him|them) that\b/i, 'name the thing'],
  [/\bwho brings\b/i, 'a neighbour that sends'],
  [/\b(?:takes?|took) leave\b/i, 'disconnects'],
  [/\bnothing of the kind\b/i, 'name the error'],
  [/\b(?:newer|older|latest|its|own|server’s|neighbour’s) word\b/i, 'report, announcement'],
  [/\bcome to rest\b/i, 'stops changing'],
  [/\bmend(?:s|ed|ing)?\b/i, 'repair, correct'],
]

const sources = ['client', 'signal-server', 'test'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    // A benchmark has packages of its own.
    .filter((file) => !file.split(sep).includes('node_modules'))
    .map((file) => join(folder, file)),
)
const found = ['README.md', 'vite.config.ts', ...sources]
  .filter((file) => /\.(?:ts|md|html|css)$/.test(file) && !file.endsWith('plain-english.ts'))
  .flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line, index) =>
        phrases.flatMap(([phrase, better]) => {
          const [written] = phrase.exec(line) ?? []
          return written === undefined ? [] : [`${file}:${index + 1}: not “${written}” but “${better}”`]
        }),
      ),
  )
for (const line of found) console.error(line)
if (found.length > 0) process.exitCode = 1
