/** What somebody is woken for: clients wait, or something does not add up. docs/operations.md says what to do. */
import { Duration, type Stack } from 'aws-cdk-lib'
import { Alarm, ComparisonOperator, type Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { HttpCodeTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import { FilterPattern } from 'aws-cdk-lib/aws-logs'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import type { Servers } from './servers.ts'
import type { Settings } from './settings.ts'

interface Watched {
  readonly id: string
  readonly says: string
  readonly metric: Metric
  readonly threshold: number
  /** Minutes in a row. */
  readonly minutes: number
  /** Where nothing was measured, something is wrong. */
  readonly silenceIsBad?: boolean
}

export function createAlarms(stack: Stack, settings: Settings, { service, targets, log }: Servers): void {
  const topic = new Topic(stack, 'Alarms', {
    displayName: `MentalSpace Portal ${settings.name}`,
    enforceSSL: true,
  })
  topic.addSubscription(new EmailSubscription(settings.alarmEmail))
  const period = Duration.minutes(1)
  const counted = (id: string, pattern: ReturnType<typeof FilterPattern.literal>) =>
    log
      .addMetricFilter(id, {
        filterPattern: pattern,
        metricNamespace: `mentalspace-portal/${settings.name}`,
        metricName: id,
        metricValue: '1',
        defaultValue: 0,
      })
      .metric({ period, statistic: 'Sum' })
  const says = (text: string) => FilterPattern.stringValue('$.msg', '=', text)
  const watched: readonly Watched[] = [
    {
      id: 'NoServerReady',
      says: 'Fewer servers are ready than there should be two of.',
      metric: targets.metrics.healthyHostCount({ period, statistic: 'Minimum' }),
      threshold: 2,
      minutes: 5,
      silenceIsBad: true,
    },
    {
      id: 'ServersFail',
      says: 'Servers answer that they failed (5xx).',
      metric: targets.metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, { period, statistic: 'Sum' }),
      threshold: 5,
      minutes: 2,
    },
    {
      id: 'Slow',
      says: 'One of a hundred requests takes more than a second.',
      metric: targets.metrics.targetResponseTime({ period, statistic: 'p99' }),
      threshold: 1,
      minutes: 10,
    },
    {
      id: 'Cpu',
      says: 'Servers are busy and no more of them come.',
      metric: service.metricCpuUtilization({ period }),
      threshold: 85,
      minutes: 15,
    },
    {
      id: 'Memory',
      says: 'Servers run out of memory.',
      metric: service.metricMemoryUtilization({ period }),
      threshold: 85,
      minutes: 10,
    },
    {
      id: 'LoggedErrors',
      says: 'A server logged an error.',
      metric: counted('LoggedErrors', FilterPattern.numberValue('$.level', '>=', 50)),
      threshold: 1,
      minutes: 1,
    },
    {
      id: 'UnreadableSeals',
      says: 'Something sealed in the database cannot be opened: it was changed, or moved, or its key is missing.',
      metric: counted('UnreadableSeals', says('something sealed cannot be opened')),
      threshold: 1,
      minutes: 1,
    },
    {
      id: 'AuditHeads',
      says: 'The ends of the audit trail could not be signed.',
      metric: counted('AuditHeads', says('the ends of the audit trail could not be signed')),
      threshold: 1,
      minutes: 1,
    },
  ]
  for (const { id, says: alarmDescription, metric, threshold, minutes, silenceIsBad } of watched) {
    const alarm = new Alarm(stack, `${id}Alarm`, {
      alarmDescription,
      metric,
      threshold,
      evaluationPeriods: minutes,
      comparisonOperator: silenceIsBad
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: silenceIsBad ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    })
    alarm.addAlarmAction(new SnsAction(topic))
    alarm.addOkAction(new SnsAction(topic))
  }
}
