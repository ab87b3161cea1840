/** Forms, what is handed in, and its files. */
import { randomUUID } from 'node:crypto'
import { announced, CURSOR, type Entry, portal, readers, staff, writers } from './entry.ts'

export const entries: Readonly<Record<string, Entry>> = {
  [`get ${portal}/forms`]: {
    names: ['client'],
    sample: ({ client }) => ({ query: { client } }),
    reach: writers,
    status: 200,
  },
  [`get ${portal}/forms/submissions`]: {
    names: ['client'],
    sample: ({ client }) => ({ query: { client, cursor: CURSOR, limit: '2' } }),
    reach: readers,
    status: 200,
  },
  [`get ${portal}/forms/submissions/{id}`]: {
    names: ['client', 'submission'],
    sample: ({ client, submission }) => ({ params: { id: submission }, query: { client } }),
    reach: readers,
    status: 200,
  },
  [`get ${portal}/forms/{id}`]: {
    names: ['client', 'draft'],
    sample: ({ client, draft }) => ({ params: { id: draft }, query: { client } }),
    reach: writers,
    status: 200,
  },
  [`post ${portal}/forms/{id}/submit`]: {
    names: ['client', 'draft'],
    sample: ({ client, draft, definition }) => ({
      params: { id: draft },
      query: { client },
      body: { submissionId: randomUUID(), definitionId: definition, answers: {}, submittedAt: 1 },
    }),
    reach: writers,
    // The sample leaves required questions open, so that it can be sent again and again.
    status: 422,
  },
  [`put ${portal}/answer-files/{id}`]: {
    names: ['client', 'draft'],
    sample: ({ client, draft }) => ({
      ...{ params: { id: randomUUID() }, query: { client }, body: { ...announced, draft } },
    }),
    reach: writers,
    status: 200,
  },
  // Who sent it goes on with it, and nobody else.
  [`put ${portal}/answer-files/{id}/parts/{part}`]: {
    names: ['client', 'answerFile'],
    sample: ({ client, answerFile }) => ({ params: { id: answerFile, part: '0' }, query: { client } }),
    reach: writers,
    status: 404,
  },
  [`post ${portal}/answer-files/{id}/finish`]: {
    names: ['client', 'answerFile'],
    sample: ({ client, answerFile }) => ({ params: { id: answerFile }, query: { client } }),
    reach: writers,
    status: 404,
  },
  [`delete ${portal}/answer-files/{id}`]: {
    names: ['client', 'answerFile'],
    sample: ({ client, answerFile }) => ({ params: { id: answerFile }, query: { client } }),
    reach: writers,
    status: 404,
  },
  [`get ${portal}/answer-files/{id}/download`]: {
    names: ['client', 'answerFile'],
    sample: ({ client, answerFile }) => ({ params: { id: answerFile }, query: { client } }),
    reach: readers,
    status: 200,
  },
  [`get ${staff}/clients/{client}/answer-files/{id}/download`]: {
    names: ['client', 'answerFile'],
    sample: ({ client, answerFile }) => ({ params: { client, id: answerFile } }),
    reach: ['assigned-clinician'],
    status: 200,
  },
  [`get ${staff}/submissions/{id}`]: {
    names: ['client', 'submission'],
    sample: ({ client, submission }) => ({ params: { id: submission }, query: { client } }),
    reach: ['assigned-clinician'],
    status: 200,
  },
  [`post ${staff}/submissions/{id}/review`]: {
    names: ['client', 'submission'],
    sample: ({ client, submission }) => ({ params: { id: submission }, query: { client }, body: {} }),
    reach: ['assigned-clinician'],
    status: 200,
    once: true,
  },
  [`post ${staff}/submissions/{id}/return`]: {
    names: ['client', 'submission'],
    sample: ({ client, submission }) => ({
      params: { id: submission },
      query: { client },
      body: { note: 'Please say more.', questions: [] },
    }),
    reach: ['assigned-clinician'],
    // It was reviewed before.
    status: 409,
    once: true,
  },
  [`post ${staff}/clients/{id}/forms`]: {
    names: ['client'],
    sample: ({ client }) => ({ params: { id: client }, body: { formKey: 'phq-9' } }),
    reach: ['assigned-clinician', 'front-desk', 'admin'],
    status: 201,
  },
  [`get ${staff}/clients/{id}/forms`]: {
    names: ['client'],
    sample: ({ client }) => ({ params: { id: client } }),
    reach: ['assigned-clinician', 'front-desk', 'admin'],
    status: 200,
  },
  // The catalogue is the practice's: a form of another one is as one of nobody.
  [`get ${staff}/forms`]: { ownOnly: true, status: 200, ofPractice: 'definition' },
  [`get ${staff}/forms/versions/{id}`]: {
    ownOnly: true,
    sample: () => ({ params: { id: randomUUID() } }),
    status: 404,
  },
  [`post ${staff}/forms/check`]: {
    ownOnly: true,
    sample: () => ({ body: { questionnaire: {} } }),
    status: 200,
  },
  [`post ${staff}/forms`]: {
    ownOnly: true,
    sample: () => ({
      body: { key: 'matrix', kind: 'custom', forNewClients: false, questionnaire: {} },
    }),
    status: 422,
  },
  [`post ${staff}/forms/{id}/versions`]: {
    ownOnly: true,
    sample: () => ({ params: { id: randomUUID() }, body: { questionnaire: {}, after: 1 } }),
    status: 422,
  },
  [`put ${staff}/forms/{id}`]: {
    ownOnly: true,
    sample: () => ({ params: { id: randomUUID() }, body: { active: true, forNewClients: false } }),
    status: 404,
  },
  ...Object.fromEntries(
    ['fhir', 'pdf'].flatMap((format): [string, Entry][] => [
      [
        `get ${portal}/forms/submissions/{id}/${format}`,
        {
          names: ['client', 'submission'],
          sample: ({ client, submission }) => ({ params: { id: submission }, query: { client } }),
          reach: readers,
          status: 200,
        },
      ],
      [
        `get ${staff}/submissions/{id}/${format}`,
        {
          names: ['client', 'submission'],
          sample: ({ client, submission }) => ({ params: { id: submission }, query: { client } }),
          reach: ['assigned-clinician'],
          status: 200,
        },
      ],
    ]),
  ),
  [`get ${portal}/forms/{id}/newer`]: {
    names: ['client', 'draft'],
    sample: ({ client, draft }) => ({ params: { id: draft }, query: { client } }),
    reach: writers,
    status: 200,
  },
  [`post ${portal}/forms/{id}/move`]: {
    names: ['client', 'draft', 'definition'],
    sample: ({ client, draft, definition }) => ({
      params: { id: draft },
      query: { client },
      body: { definitionId: definition },
    }),
    reach: writers,
    // It is the version that the draft has.
    status: 200,
  },
}
