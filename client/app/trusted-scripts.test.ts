import { expect, it } from 'vitest'
import { trustedScript } from './trusted-scripts.ts'

const PAGE = 'https://portal.example.org/forms/x'

it('lets the worker and the service worker of this origin through, and nothing else', () => {
  for (const address of ['/service-worker.js', 'https://portal.example.org/assets/worker-entry-Ab_1-2.js'])
    expect(trustedScript(address, PAGE)).toBe(address)
  for (const address of [
    'https://evil.example/service-worker.js',
    '//evil.example/assets/worker-entry-1.js',
    '/assets/other-1.js',
    '/assets/worker-entry-1.js?x=1',
    '/assets/../api/v1/docs',
    'service-worker.js',
    'data:text/javascript,alert(1)',
    'blob:https://portal.example.org/1',
    'javascript:alert(1)',
    '',
  ])
    expect(trustedScript(address, PAGE), address).toBeNull()
})
