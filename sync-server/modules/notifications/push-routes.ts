/** REST of being told at once on this device. */
import { z } from 'zod'
import { defineRoute, type Route } from '../../http/route.ts'
import { Subscription } from './push-channel.ts'
import type { PushService } from './push-service.ts'

const portal = { audience: 'portal', roles: ['client', 'proxy'] } as const
const path = '/api/v1/portal/push'
const tag = 'notifications'

export const pushRoutes = (push: PushService): Route[] => [
  defineRoute({
    method: 'get',
    path,
    summary: 'The key that a browser subscribes with, and whether this device is subscribed',
    tag,
    access: portal,
    response: z.object({ publicKey: z.string(), subscribed: z.boolean() }),
    handler: ({ actor }) => push.standing(actor),
  }),
  defineRoute({
    method: 'put',
    path,
    summary: 'Tell this device at once, as its push service says where',
    tag,
    access: portal,
    body: Subscription,
    response: z.null(),
    status: 204,
    refusals: ['invalid_document'],
    handler: ({ actor, body }) => push.subscribe(actor, body),
  }),
  defineRoute({
    method: 'delete',
    path,
    summary: 'Tell this device at once no more',
    tag,
    access: portal,
    response: z.null(),
    status: 204,
    handler: ({ actor }) => push.unsubscribe(actor),
  }),
]
