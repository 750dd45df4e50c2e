import { expect, it } from 'vitest'
import { pickFraming } from '../../../client/ui/notices/framing.ts'

it.each([
  ['http://localhost:3000', [], undefined],
  ['http://localhost:3000', ['http://localhost:8080'], undefined],
  ['http://localhost:3000', ['http://127.0.0.1:8080'], { host: '127.0.0.1:8080' }],
  ['http://10.0.0.1', ['http://10.0.0.2'], { host: '10.0.0.2' }],
  ['https://tabs.school.example', ['https://moodle.school.example'], undefined],
  [
    'https://tabs.school.example',
    ['https://tabs.school.example', 'https://lesson.example'],
    { host: 'lesson.example' },
  ],
  ['https://tabs.school.example', ['http://tabs.school.example'], { host: 'tabs.school.example' }],
  ['https://tabs.school.example', ['null'], {}],
])('a page of %s in frames of %j is shown by a different site: %j', (self, ancestors, framing) => {
  expect(pickFraming(new URL(self), ancestors)).toEqual(framing)
})
