import { useLingui } from '@lingui/react/macro'
import type { ClinicDay } from '../../../shared/calendar/clinic-days.ts'
import { type TimeProblem, timeProblem, type WishedTime } from './wish.ts'

/** What is wrong with wished times, in words, by their place. */
export function useTimeProblems(
  now: number,
  today: ClinicDay,
  timeZone: string,
): (times: readonly WishedTime[]) => ReadonlyMap<number, string> {
  const { t } = useLingui()
  const words: Record<TimeProblem, string> = {
    missing: t`Choose a day`,
    past: t`Choose a time that is still to come`,
    far: t`Choose a day within the next year`,
  }
  return (times) =>
    new Map(
      times.flatMap((time, index) => {
        const problem = timeProblem(time, now, today, timeZone)
        if (problem === null) return []
        const number = index + 1
        const text = words[problem]
        return [[index, times.length > 1 ? t`Day ${number}: ${text}` : text] as const]
      }),
    )
}
