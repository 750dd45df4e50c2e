import type { CborVector } from '../vector-files.ts'

const canonical = [
  ['0', '00'],
  ['24', '1818'],
  ['2^53 - 1', '1b001fffffffffffff'],
  ['-(2^53 - 1)', '3b001ffffffffffffe'],
  ['2^53, above the integers: a float', 'fa5a000000'],
  ['0.5', 'f93800'],
  ['2^-24, the smallest power of two in two bytes', 'f90001'],
  ['3 · 2^-24: four bytes, since it is no power of two below 2^-14', 'fa34400000'],
  ['3 · 2^-15', 'f90600'],
  ['1e300', 'fb7e37e43c8800759c'],
  ['a text of one character', '63e29885'],
  ['a text that begins with U+FEFF', '63efbbbf'],
  ['a map with its keys in the order of their bytes', 'a3616101616202626161f6'],
  ['an empty list', '80'],
] as const

const refused = [
  ['no bytes', ''],
  ['23 in two bytes', '1817'],
  ['a length in a longer form', '780161'],
  ['2^53 as an integer', '1b0020000000000000'],
  ['-2^53 as an integer', '3b001fffffffffffff'],
  ['an integer as a float', 'f93c00'],
  ['minus zero', 'f98000'],
  ['0.5 in four bytes', 'fa3f000000'],
  ['3 · 2^-24 in two bytes', 'f90003'],
  ['an infinite number', 'f97c00'],
  ['no number', 'f97e00'],
  ['undefined', 'f7'],
  ['another simple value', 'e0'],
  ['a tag', 'c101'],
  ['a list of indefinite length', '9f01ff'],
  ['a text of indefinite length', '7f6161ff'],
  ['a text that is not UTF-8', '62c328'],
  ['half of a surrogate pair', '63eda080'],
  ['keys in another order', 'a2616202616101'],
  ['a key twice', 'a2616101616102'],
  ['a key that is no text', 'a10102'],
  ['a value and one byte more', '0000'],
  ['a list that ends early', '8201'],
] as const

export const makeCbor = (): readonly CborVector[] => [
  ...canonical.map(([title, bytes]) => ({ title, bytes, isCanonical: true })),
  ...refused.map(([title, bytes]) => ({ title, bytes, isCanonical: false })),
]
