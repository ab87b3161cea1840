/** `npm run kiosk:handovers -- 50`: the test of hand-overs, as often as one likes. Build first (`npm start` does). */
import { spawnSync } from 'node:child_process'

const count = Number(process.argv[2] ?? 50)
const args = [
  'test',
  '--config',
  'tests/e2e/playwright.config.ts',
  '--project=postgres',
  '--reporter=list',
  'kiosk-hand-overs',
]
const { status } = spawnSync('node_modules/.bin/playwright', args, {
  stdio: 'inherit',
  env: { ...process.env, HAND_OVERS: String(count) },
})
process.exit(status ?? 1)
