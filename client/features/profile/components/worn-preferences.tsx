/** What the person chose on another device is worn here too, as soon as this device hears of it. Shows nothing. */
import { useEffect } from 'react'
import { contrastOf, languageOf, textSizeOf } from '../../../../shared/domains/profile/preferences.ts'
import { wear } from '../../../appearance/appearance.ts'
import { useOwnProfile } from '../../../replica/own-profile.ts'
import { useSessionView } from '../../../replica/session-context.tsx'

export function WornPreferences() {
  const { record } = useSessionView()
  const preferences = useOwnProfile()?.preferences ?? {}
  const isOwn = record?.own === true
  const language = languageOf(preferences)
  const textSize = textSizeOf(preferences)
  const contrast = contrastOf(preferences)
  useEffect(() => {
    if (!isOwn) return
    void wear({
      ...(language ? { language } : {}),
      ...(textSize ? { textSize } : {}),
      ...(contrast ? { contrast } : {}),
    })
  }, [isOwn, language, textSize, contrast])
  return null
}
