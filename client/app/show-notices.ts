/**
 * Notices that the clinic's server sends while the app is closed. They say that there is something, never what: the
 * replica is locked, and a lock screen is read by anybody. A click opens the portal, which asks for the password.
 */
declare const self: ServiceWorkerGlobalScope

interface Notice {
  readonly title: string
  readonly body: string
  /** One of a kind is shown at a time. */
  readonly tag: string
  readonly language: string
}
const UNREADABLE: Notice = {
  title: 'There is something new in the portal',
  body: '',
  tag: 'portal',
  language: 'en',
}

function noticeOf(data: PushMessageData | null): Notice {
  try {
    const { title, body, tag, language } = (data?.json() ?? {}) as Record<string, unknown>
    const texts = [title, body, tag, language]
    if (!texts.every((text) => typeof text === 'string' && text.length <= 300)) return UNREADABLE
    return { title, body, tag, language } as Notice
  } catch {
    return UNREADABLE
  }
}

async function show(data: PushMessageData | null): Promise<void> {
  const { title, body, tag, language } = noticeOf(data)
  await self.registration.showNotification(title, {
    body,
    tag,
    lang: language,
    icon: '/icon-192.png',
    badge: '/icon-192.png',
  })
  const shown = await self.registration.getNotifications()
  // Not every browser has a number on its icon.
  await self.navigator.setAppBadge?.(shown.length).catch(() => undefined)
}

async function openPortal(): Promise<void> {
  const tabs = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const [tab] = tabs
  if (tab !== undefined) await tab.focus()
  else await self.clients.openWindow('/')
}

export function showNotices(): void {
  self.addEventListener('push', (event) => event.waitUntil(show(event.data)))
  self.addEventListener('notificationclick', (event) => {
    event.notification.close()
    event.waitUntil(openPortal())
  })
}
