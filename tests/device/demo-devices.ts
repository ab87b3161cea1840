/** Devices of the demo practice's first client against one real server, closed after each test. */
import { afterAll, afterEach, beforeAll } from 'vitest'
import type { Draft } from '../../shared/domains/forms/schema.ts'
import type { CollectionName } from '../../shared/protocol/collections.ts'
import { type RunningPortal, startPortal } from '../harness/server.ts'
import { DEMO_PASSWORD } from '../harness/sign-in.ts'
import { createTestDevice, type TestDevice } from './test-device.ts'

export function demoDevices(collections?: readonly CollectionName[]) {
  let portal: RunningPortal
  const devices: TestDevice[] = []
  beforeAll(async () => {
    portal = await startPortal()
  })
  afterEach(async () => {
    for (const each of devices.splice(0)) await each[Symbol.asyncDispose]()
  })
  afterAll(() => portal.close())
  return {
    get portal(): RunningPortal {
      return portal
    },
    /** Signed in and up to date. */
    async device(name: string): Promise<TestDevice> {
      const created = await createTestDevice({
        url: portal.url,
        email: 'client@demo.test',
        password: DEMO_PASSWORD,
        name,
        ...(collections && { collections }),
      })
      devices.push(created)
      await created.settled()
      return created
    },
  }
}

export const answer = async (on: TestDevice, id: string, answers: Draft['answers']) => {
  const draft = await on.db.drafts.findOne(id).exec(true)
  await draft.incrementalModify((data) => ({
    ...data,
    status: 'draft' as const,
    answers: { ...data.answers, ...answers },
  }))
}
