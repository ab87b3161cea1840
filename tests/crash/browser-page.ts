/** The page of the browser's kills: the product's own session, worker and sealed storage, without its screens. */
import { filter, firstValueFrom } from 'rxjs'
import { trustOwnScripts } from '../../client/app/trusted-scripts.ts'
import type { ReplicaDatabase } from '../../client/replica/replica-database.ts'
import { startPortalSession } from '../../client/replica/start-session.ts'
import type { CrashPage } from './browser-calls.ts'

trustOwnScripts()
const session = startPortalSession()
let replica: ReplicaDatabase
let writing = false
let firstState = ''
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const page: CrashPage = {
  async open({ email, password }) {
    const { state } = await firstValueFrom(session.session$.pipe(filter((view) => view.state !== 'starting')))
    const result =
      state === 'empty' ? await session.signIn({ email, password }) : await session.unlock({ password })
    if (!result.ok) throw new Error(`not let in: ${result.reason}`)
    firstState = state
    replica = (await firstValueFrom(
      session.replica$.pipe(filter((opened) => opened !== null)),
    )) as ReplicaDatabase
  },
  async documents() {
    const drafts = await replica.drafts.find().exec()
    return drafts.map((draft) => ({
      id: draft.id,
      answers: draft.toMutableJSON().answers as Record<string, string>,
    }))
  },
  unsent: () => session.exportUnsent(),
  sync: async () => {
    const { link, unsent, progress } = await firstValueFrom(session.sync$)
    return { link, unsent, progress, firstState }
  },
  async write({ id, from, fields, longest }) {
    writing = true
    for (let number = from; writing; number += 1) {
      const key = `browser-${number % fields}`
      const draft = await replica.drafts.findOne(id).exec(true)
      await draft.incrementalModify((data) => ({
        ...data,
        status: 'draft' as const,
        answers: { ...data.answers, [`${key}-first`]: String(number), [`${key}-second`]: String(number) },
      }))
      // The replica says that it is on the disk: from here on it is a promise.
      window.promised(number)
      await pause(Math.random() * longest)
    }
  },
}
Object.assign(window, { crash: page })
