/**
 * Whether this device is told at once. Permission is asked of the browser only when somebody turns it on; what the
 * browser gives is handed to the clinic, and taken back from both when it is turned off or the person signs out.
 */
import type { PortalSession } from '../replica/portal-session.ts'

/** `unsupported`: this browser cannot, or only once the portal is installed. `blocked`: it was told never to ask. */
export type PushState = 'unsupported' | 'blocked' | 'off' | 'on'
export type PushChange = 'done' | 'blocked' | 'offline' | 'failed'

const PATH = '/api/v1/portal/push'
type Ask = Pick<PortalSession, 'request'>

const registered = () => navigator.serviceWorker?.getRegistration().catch(() => undefined)

async function subscription(): Promise<PushSubscription | null> {
  const registration = await registered()
  return (await registration?.pushManager?.getSubscription()) ?? null
}

export async function readPush(): Promise<PushState> {
  const registration = await registered()
  if (registration?.pushManager === undefined || !('Notification' in window)) return 'unsupported'
  if (Notification.permission === 'denied') return 'blocked'
  return (await subscription()) === null ? 'off' : 'on'
}

const keyOf = (body: unknown): string | null => {
  const key: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'publicKey') : undefined
  return typeof key === 'string' ? key : null
}

export async function turnPushOn(session: Ask): Promise<PushChange> {
  if ((await Notification.requestPermission()) !== 'granted') return 'blocked'
  const standing = await session.request({ method: 'GET', path: PATH })
  const applicationServerKey = keyOf(standing.body)
  if (applicationServerKey === null) return standing.status === 0 ? 'offline' : 'failed'
  try {
    const registration = await registered()
    // One that was made for another key, before the clinic's database was a new one, is of no use.
    await (await subscription())?.unsubscribe()
    const made = await registration?.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey })
    const { endpoint, keys } = made?.toJSON() ?? {}
    const put = await session.request({ method: 'PUT', path: PATH, body: { endpoint, keys } })
    if (put.status === 204) return 'done'
    await made?.unsubscribe()
    return put.status === 0 ? 'offline' : 'failed'
  } catch {
    // The push service of the browser cannot be reached, or does not take it.
    return navigator.onLine ? 'failed' : 'offline'
  }
}

/** On the device at once; the clinic notices at the latest when it tries. */
export async function turnPushOff(session: Ask): Promise<PushChange> {
  await forgetPush()
  await session.request({ method: 'DELETE', path: PATH })
  return 'done'
}

/** Nobody is signed in here: whatever was asked for is taken back, and what still shows goes. */
export async function forgetPush(): Promise<void> {
  await (await subscription().catch(() => null))?.unsubscribe().catch(() => undefined)
  await clearNotices()
}

/** Somebody looks at the portal: there is nothing left to point at. */
export async function clearNotices(): Promise<void> {
  const registration = await registered()
  for (const notice of (await registration?.getNotifications?.()) ?? []) notice.close()
  await navigator.clearAppBadge?.().catch(() => undefined)
}
