/**
 * Where something is, in words and with an icon: Saved on this device → Waiting to send → Sending → Received by the
 * clinic / Needs your attention. Being offline never looks like an error; nothing says "received" before the server has.
 */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import {
  Check,
  CircleAlert,
  CloudCheck,
  CloudDownload,
  CloudOff,
  CloudUpload,
  Copy,
  HardDriveDownload,
  LogIn,
  RefreshCw,
  WifiOff,
} from 'lucide-react'
import { Status } from './panel.tsx'
import { recentOf } from './time.ts'

type ItemState = 'saved' | 'waiting' | 'sending' | 'received' | 'attention'

export function ItemStatus({ state, at, pill }: { state: ItemState; at: number; pill?: boolean }) {
  const { i18n } = useLingui()
  const look = pill ? { pill } : {}
  if (state === 'received') {
    const time = recentOf(i18n.locale, at, Date.now())
    return (
      <Status icon={CloudCheck} tone="good" {...look}>
        <Trans>Received by the clinic, {time}</Trans>
      </Status>
    )
  }
  if (state === 'attention')
    return (
      <Status icon={CircleAlert} tone="bad" {...look}>
        <Trans>Needs your attention</Trans>
      </Status>
    )
  if (state === 'sending')
    return (
      <Status icon={CloudUpload} {...look}>
        <Trans>Sending</Trans>
      </Status>
    )
  if (state === 'waiting')
    return (
      <Status icon={HardDriveDownload} {...look}>
        <Trans>Saved on this device · waiting to send</Trans>
      </Status>
    )
  return (
    <Status icon={Check} {...look}>
      <Trans>Saved on this device</Trans>
    </Status>
  )
}

interface LinkStatusProps {
  readonly link:
    | 'offline'
    | 'unreachable'
    | 'captive'
    | 'unavailable'
    | 'connecting'
    | 'online'
    | 'sign-in-needed'
    | 'update-needed'
    | 'replaced'
    | 'device-full'
    | 'storage-lost'
  /** Changes that are only here. */
  readonly unsent: number
  /** Items that need a decision. */
  readonly attention: number
  /** Has this device the whole record, as of its last contact? */
  readonly complete: boolean
}

/** The state of the whole device in one line: "up to date" is said only while the clinic is there to say so. */
export function LinkStatus({ link, unsent, attention, complete }: LinkStatusProps) {
  if (link === 'storage-lost')
    return (
      <Status icon={CircleAlert} tone="bad">
        <Trans>Not saved · this browser deleted its storage</Trans>
      </Status>
    )
  if (attention > 0)
    return (
      <Status icon={CircleAlert} tone="bad">
        <Plural value={attention} one="# item needs you" other="# items need you" />
      </Status>
    )
  if (link === 'sign-in-needed')
    return (
      <Status icon={LogIn}>
        <Trans>Saved here · sign in to send</Trans>
      </Status>
    )
  if (link === 'update-needed')
    return (
      <Status icon={RefreshCw} tone="wait">
        <Trans>Saved here · update to send</Trans>
      </Status>
    )
  if (link === 'replaced')
    return (
      <Status icon={Copy} tone="wait">
        <Trans>Saved here · in use in another place</Trans>
      </Status>
    )
  if (link === 'device-full')
    return (
      <Status icon={HardDriveDownload} tone="wait">
        <Trans>This device is full · new things cannot arrive</Trans>
      </Status>
    )
  if (unsent > 0 && link === 'offline')
    return (
      <Status icon={CloudOff}>
        <Plural value={unsent} one="Offline · # change saved here" other="Offline · # changes saved here" />
      </Status>
    )
  if (link === 'captive')
    return (
      <Status icon={WifiOff} tone="wait">
        <Trans>Saved here · this network asks for a sign-in</Trans>
      </Status>
    )
  if (link === 'unavailable')
    return (
      <Status icon={CloudOff}>
        <Trans>Saved here · the clinic's server is busy</Trans>
      </Status>
    )
  if (link === 'unreachable')
    return (
      <Status icon={CloudOff}>
        {unsent > 0 ? (
          <Plural
            value={unsent}
            one="Clinic not reachable · # change saved here"
            other="Clinic not reachable · # changes saved here"
          />
        ) : (
          <Trans>Clinic not reachable · all saved here</Trans>
        )}
      </Status>
    )
  if (unsent > 0)
    return (
      <Status icon={link === 'online' ? CloudUpload : HardDriveDownload}>
        <Plural value={unsent} one="Saved here · # change to send" other="Saved here · # changes to send" />
      </Status>
    )
  if (!complete && link !== 'offline')
    return (
      <Status icon={CloudDownload}>
        <Trans>Bringing your record here</Trans>
      </Status>
    )
  if (link === 'connecting')
    return (
      <Status icon={RefreshCw}>
        <Trans>All saved here · looking for the clinic</Trans>
      </Status>
    )
  if (link === 'online')
    return (
      <Status icon={CloudCheck} tone="good">
        <Trans>Up to date</Trans>
      </Status>
    )
  return (
    <Status icon={CloudOff}>
      <Trans>Offline · all saved here</Trans>
    </Status>
  )
}
