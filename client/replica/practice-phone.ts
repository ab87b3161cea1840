/** The practice's own number, as the client's profile on this device holds it. */
import { useOwnProfile } from './own-profile.ts'

export const usePracticePhone = (): string | null => useOwnProfile()?.practicePhone ?? null
