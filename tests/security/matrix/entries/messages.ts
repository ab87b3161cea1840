/** Conversations and their files. */
import { randomUUID } from 'node:crypto'
import { announced, CURSOR, type Entry, otherReaders, otherWriters, portal, staff } from './entry.ts'

export const entries: Readonly<Record<string, Entry>> = {
  [`get ${portal}/messages`]: {
    names: ['client'],
    sample: ({ client }) => ({ query: { client, cursor: CURSOR, limit: '2' } }),
    reach: otherReaders,
    status: 200,
  },
  [`get ${portal}/messages/{id}`]: {
    names: ['client', 'thread'],
    sample: ({ client, thread }) => ({ params: { id: thread }, query: { client } }),
    reach: otherReaders,
    status: 200,
  },
  [`post ${portal}/messages`]: {
    names: ['client'],
    sample: ({ client }) => ({ query: { client }, body: { subject: 'Matrix', body: 'taken over' } }),
    reach: otherWriters,
    status: 201,
  },
  [`post ${portal}/messages/{id}/reply`]: {
    names: ['client', 'thread'],
    sample: ({ client, thread }) => ({
      params: { id: thread },
      query: { client },
      body: { body: 'taken over' },
    }),
    reach: otherWriters,
    status: 201,
  },
  [`put ${portal}/messages/{id}/read`]: {
    names: ['client', 'thread'],
    sample: ({ client, thread }) => ({ params: { id: thread }, query: { client }, body: { readUpTo: 1 } }),
    reach: otherReaders,
    status: 200,
  },
  [`get ${staff}/inbox`]: {
    ownOnly: true,
    sample: () => ({ query: { cursor: `0_${CURSOR}`, limit: '2' } }),
    status: 200,
  },
  [`get ${staff}/messages`]: {
    ownOnly: true,
    sample: () => ({ query: { cursor: CURSOR, limit: '2', show: 'all' } }),
    status: 200,
  },
  [`get ${staff}/message-templates`]: { ownOnly: true, status: 200 },
  [`post ${staff}/message-templates`]: {
    ownOnly: true,
    sample: () => ({ body: { title: 'Matrix', body: 'A text' } }),
    status: 201,
  },
  // Of the asker's own practice: one of nobody is not found.
  [`delete ${staff}/message-templates/{id}`]: {
    ownOnly: true,
    sample: () => ({ params: { id: randomUUID() } }),
    status: 404,
  },
  [`post ${staff}/clients/{client}/messages`]: {
    names: ['client'],
    sample: ({ client }) => ({ params: { client }, body: { subject: 'Matrix', body: 'taken over' } }),
    reach: ['assigned-clinician'],
    status: 201,
  },
  [`get ${staff}/clients/{client}/messages/{thread}`]: {
    names: ['client', 'thread'],
    sample: ({ client, thread }) => ({ params: { client, thread } }),
    reach: ['assigned-clinician'],
    status: 200,
  },
  [`post ${staff}/clients/{client}/messages/{thread}/reply`]: {
    names: ['client', 'thread'],
    sample: ({ client, thread }) => ({ params: { client, thread }, body: { body: 'taken over' } }),
    reach: ['assigned-clinician'],
    status: 201,
  },
  [`put ${staff}/clients/{client}/messages/{thread}/read`]: {
    names: ['client', 'thread'],
    sample: ({ client, thread }) => ({ params: { client, thread }, body: { readUpTo: 1 } }),
    reach: ['assigned-clinician'],
    status: 200,
  },
  [`put ${staff}/clients/{client}/messages/{thread}/assigned`]: {
    names: ['client', 'thread'],
    sample: ({ client, thread }) => ({ params: { client, thread }, body: { accountId: null } }),
    reach: ['assigned-clinician'],
    status: 200,
  },
  [`put ${staff}/clients/{client}/messages/{thread}/settled`]: {
    names: ['client', 'thread'],
    sample: ({ client, thread }) => ({ params: { client, thread } }),
    reach: ['assigned-clinician'],
    status: 200,
  },
  [`get ${staff}/files/{ticket}`]: {
    ownOnly: true,
    sample: () => ({ params: { ticket: 'A'.repeat(112) } }),
    status: 404,
  },
  [`put ${portal}/attachments/{id}`]: {
    names: ['client'],
    sample: ({ client }) => ({ params: { id: randomUUID() }, query: { client }, body: announced }),
    reach: otherWriters,
    status: 200,
  },
  // Until the message is there a file is who sent it's alone: to everybody else it is as absent as one that never was.
  [`put ${portal}/attachments/{id}/parts/{part}`]: {
    names: ['client', 'attachment'],
    sample: ({ client, attachment }) => ({ params: { id: attachment, part: '0' }, query: { client } }),
    reach: otherWriters,
    status: 404,
  },
  [`post ${portal}/attachments/{id}/finish`]: {
    names: ['client', 'attachment'],
    sample: ({ client, attachment }) => ({ params: { id: attachment }, query: { client } }),
    reach: otherWriters,
    status: 404,
  },
  [`delete ${portal}/attachments/{id}`]: {
    names: ['client', 'attachment'],
    sample: ({ client, attachment }) => ({ params: { id: attachment }, query: { client } }),
    reach: otherWriters,
    status: 404,
  },
  [`get ${portal}/attachments/{id}/download`]: {
    names: ['client', 'attachment'],
    sample: ({ client, attachment }) => ({ params: { id: attachment }, query: { client } }),
    reach: otherReaders,
    status: 200,
  },
  [`put ${staff}/clients/{client}/attachments/{id}`]: {
    names: ['client'],
    sample: ({ client }) => ({ params: { client, id: randomUUID() }, body: announced }),
    reach: ['assigned-clinician'],
    status: 200,
  },
  [`put ${staff}/clients/{client}/attachments/{id}/parts/{part}`]: {
    names: ['client', 'attachment'],
    sample: ({ client, attachment }) => ({ params: { client, id: attachment, part: '0' } }),
    reach: ['assigned-clinician'],
    status: 200,
  },
  [`post ${staff}/clients/{client}/attachments/{id}/finish`]: {
    names: ['client', 'attachment'],
    sample: ({ client, attachment }) => ({ params: { client, id: attachment } }),
    reach: ['assigned-clinician'],
    status: 200,
  },
  // One that came with a message stays.
  [`delete ${staff}/clients/{client}/attachments/{id}`]: {
    names: ['client', 'attachment'],
    sample: ({ client, attachment }) => ({ params: { client, id: attachment } }),
    reach: ['assigned-clinician'],
    status: 404,
  },
  [`get ${staff}/clients/{client}/attachments/{id}/download`]: {
    names: ['client', 'attachment'],
    sample: ({ client, attachment }) => ({ params: { client, id: attachment } }),
    reach: ['assigned-clinician'],
    status: 200,
  },
}
