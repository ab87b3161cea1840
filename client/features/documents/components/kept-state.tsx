/** Is the file on this device, on its way here, or over the network only? */
import { Trans } from '@lingui/react/macro'
import { CloudDownload, HardDriveDownload } from 'lucide-react'
import type { KeptFile } from '../../../replica/file-views.ts'
import { Status } from '../../../ui/panel.tsx'

export function KeptState({ file }: { file: KeptFile | undefined }) {
  if (file === undefined) return null
  const percent = Math.floor((file.have / Math.max(1, file.parts)) * 100)
  return file.have < file.parts ? (
    <Status icon={CloudDownload} tone="wait">
      <Trans>Coming here: {percent}%</Trans>
    </Status>
  ) : (
    <Status icon={HardDriveDownload} tone="good">
      <Trans>On this device</Trans>
    </Status>
  )
}
